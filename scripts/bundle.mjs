// Bundles one workspace for Node: its own code and the @shortlist packages in one file per entry, every other
// dependency left to node_modules. Entries are named in package.json as "shortlistEntries".
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";

const dir = process.cwd();
const { shortlistEntries } = JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));

await build({
  entryPoints: Object.fromEntries(
    shortlistEntries.map((entry) => [basename(entry, ".ts"), join(dir, entry)]),
  ),
  outdir: join(dir, "dist"),
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
