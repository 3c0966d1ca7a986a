// Runs a folder of reference vectors: every *.json holds families of cases with inputs and expected numbers.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { openLake } from "../../packages/lake/src/index.ts";
import { root } from "../lib/paths.mjs";
import { checkConsistency, checkDedupe, checkIdentity } from "./events.mjs";
import { checkPointInTime } from "./pointInTime.mjs";
import { checkLists, checkMannWhitney, checkProportions, checkSampleRatio } from "./registry.mjs";
import { checkLambda, checkWindow } from "./windows.mjs";

/** Family → check of one case: the lines that say what differs, none when it passes. */
const CHECKS = {
  pit_cases: checkPointInTime,
  window_cases: checkWindow,
  lambda_cases: checkLambda,
  dedup_cases: checkDedupe,
  identity_cases: checkIdentity,
  consistency_cases: checkConsistency,
  A_own_mann_whitney: checkMannWhitney,
  A_own_srm: checkSampleRatio,
  A_own_proportions: checkProportions,
  A_own_lists: checkLists,
};

export const vectorsDir = resolve(root, process.env.VECTORS_DIR ?? "../shared/vectors");

export const hasVectors = () => existsSync(vectorsDir);

/** One entry per family and file: { file, family, cases, problems } with problems null when no code covers it. */
export async function runVectors() {
  const scratch = mkdtempSync(join(tmpdir(), "vectors-"));
  const lake = await openLake(scratch);
  const results = [];
  try {
    for (const file of readdirSync(vectorsDir)
      .filter((name) => name.endsWith(".json"))
      .sort()) {
      const document = JSON.parse(readFileSync(join(vectorsDir, file), "utf8"));
      for (const [family, cases] of listFamilies(document)) {
        const check = CHECKS[family];
        results.push({
          file,
          family,
          cases: cases.length,
          problems: check === undefined ? null : await runCases(cases, check, { lake }),
        });
      }
    }
  } finally {
    lake.close();
    rmSync(scratch, { recursive: true });
  }
  return results;
}

/**
 * Cases stand under their family's name, in a group of families under the last word of the name, or in one list `cases` with a
 * field `family`; else only their number is known.
 */
function listFamilies(document) {
  const names = Object.keys(document.families ?? {});
  const listed = Object.keys(CHECKS).filter((name) => Array.isArray(document[name]) && !names.includes(name));
  return [...names, ...listed].map((name) => {
    const cases =
      document[name] ??
      findInGroup(document, name.split("_").at(-1)) ??
      (Array.isArray(document.cases) ? document.cases.filter(({ family }) => family === name) : undefined);
    return [name, Array.isArray(cases) ? cases : Array(Number(document.families[name]) || 0).fill(null)];
  });
}

function findInGroup(document, key) {
  return Object.values(document).find((group) => Array.isArray(group?.[key]))?.[key];
}

/** Failed cases as { id, lines }. */
async function runCases(cases, check, tools) {
  const failed = [];
  for (const each of cases) {
    const lines = await Promise.resolve()
      .then(() => check(each, tools))
      .catch((error) => [String(error)]);
    if (lines.length > 0) failed.push({ id: each.id, lines });
  }
  return failed;
}
