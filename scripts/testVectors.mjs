// `npm run test:vectors`: holds the code to a folder of reference vectors (VECTORS_DIR, default beside the repository).
import { register } from "tsx/esm/api";

register();
const { hasVectors, runVectors, vectorsDir } = await import("./vectors/families.mjs");

if (!hasVectors()) {
  console.log(`SKIPPED: no reference vectors at ${vectorsDir}; set VECTORS_DIR to a folder that has them.`);
  process.exit(0);
}

const results = await runVectors();
const covered = results.filter(({ problems }) => problems !== null);
for (const { file, family, cases, problems } of covered) {
  console.log(`${file}  ${family}: ${cases - problems.length} passed, ${problems.length} failed`);
  for (const { id, lines } of problems) for (const line of lines) console.log(`    ${id}: ${line}`);
}
const open = results.filter(({ problems }) => problems === null);
if (open.length > 0) {
  console.log(`\nnot covered by any code yet (${open.length} families):`);
  for (const { file, family, cases } of open) console.log(`  ${file}  ${family}: ${cases} cases`);
}
const failed = covered.reduce((n, { problems }) => n + problems.length, 0);
const total = covered.reduce((n, { cases }) => n + cases, 0);
console.log(`\n${total - failed} of ${total} covered cases passed, ${failed} failed.`);
process.exit(failed > 0 ? 1 : 0);
