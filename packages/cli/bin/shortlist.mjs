#!/usr/bin/env node
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const main = join(dirname(fileURLToPath(import.meta.url)), "..", "dist", "main.js");
if (!existsSync(main)) {
  process.stderr.write("The command line is not built yet. Run: npm run build\n");
  process.exit(1);
}
await import(pathToFileURL(main).href);
