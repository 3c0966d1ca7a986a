// Bundles one workspace for Node: its own code and the @shortlist packages in one file per entry, every other
// dependency left to node_modules. Entries are named in package.json as "shortlistEntries", or given with a folder for
// them: `bundle.mjs dist/bench src/bench/main.ts`.
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";

const dir = process.cwd();
const { shortlistEntries } = JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
const [outdir = "dist", ...given] = process.argv.slice(2);
const entries = given.length > 0 ? given : shortlistEntries;

await build({
  entryPoints: Object.fromEntries(entries.map((entry) => [basename(entry, ".ts"), join(dir, entry)])),
  outdir: join(dir, outdir),
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  sourcemap: true,
  logLevel: "warning",
  plugins: [
    {
      name: "external-dependencies",
      setup({ onResolve }) {
        onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
          kind === "entry-point" || path.startsWith("@shortlist/") ? undefined : { path, external: true },
        );
      },
    },
  ],
});
