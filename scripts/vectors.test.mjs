// The covered families of the reference vectors, as part of the suite where the folder is present.
import { expect, test } from "vitest";
import { hasVectors, runVectors, vectorsDir } from "./vectors/families.mjs";

const label = hasVectors() ? "" : ` (SKIPPED: no reference vectors at ${vectorsDir})`;
if (!hasVectors()) process.stderr.write(`SKIPPED: no reference vectors at ${vectorsDir}; set VECTORS_DIR\n`);

test.skipIf(!hasVectors())(`every covered reference vector is met${label}`, async () => {
  const covered = (await runVectors()).filter(({ problems }) => problems !== null);
  expect(covered.length).toBeGreaterThan(0);
  expect(covered.flatMap(({ family, problems }) => problems.map((each) => ({ family, ...each })))).toEqual(
    [],
  );
});
