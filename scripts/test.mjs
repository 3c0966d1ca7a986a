// `npm test`: everything CI does, installing what it needs. Ends with "N passed, N failed" over all tests; a
// failing check counts as one failed test, so nothing fails without being counted.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureBuild, ensureDependencies } from "./lib/install.mjs";
import { root } from "./lib/paths.mjs";
import { endWith, say, step } from "./lib/say.mjs";
import { checkNode, ensureTools, runQuietly } from "./lib/system.mjs";

const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const resultsDir = join(root, "test-results");
const bin = (name) => join(root, "node_modules/.bin", name);

/** A check that passes or fails as a whole. */
async function check(name, program, args) {
  try {
    await step(name, async () => void (await runQuietly(program, args, { cwd: root, env: quietEnv() })));
    total.passed++;
  } catch (error) {
    total.failed++;
    failures.push(`${name}\n${(error.output ?? error.message).slice(-6000)}`);
  }
}

/** A test runner that writes a JSON report; its tests are counted one by one. */
async function suite(name, { program, args, report, count }) {
  let output = "";
  let ended = true;
  await step(name, async () => {
    try {
      output = await runQuietly(program, args, { cwd: root, env: quietEnv() });
    } catch (error) {
      ended = false;
      output = error.output ?? error.message;
    }
    const counted = readCounts(report, count);
    for (const key of ["passed", "failed", "skipped"]) total[key] += counted[key];
    if (!ended && counted.failed === 0) total.failed++;
    if (!ended) failures.push(`${name}\n${output.slice(-12_000)}`);
    for (const line of output.matchAll(/^.*SKIPPED:.*$/gm)) say(`\n    ${line[0].trim()}`);
    return `${counted.passed} passed, ${counted.failed} failed, ${counted.skipped} skipped`;
  });
}

function readCounts(report, count) {
  try {
    return count(JSON.parse(readFileSync(report, "utf8")));
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

function quietEnv() {
  return {
    ...process.env,
    FORCE_COLOR: "0",
    NO_COLOR: "1",
    NEXT_TELEMETRY_DISABLED: "1",
    TURBO_TELEMETRY_DISABLED: "1",
  };
}

function vitest(project) {
  const report = join(resultsDir, `${project}.json`);
  return {
    program: bin("vitest"),
    args: [
      "run",
      "--project",
      project,
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
    ],
    report,
    count: (r) => ({
      passed: r.numPassedTests,
      failed: r.numFailedTests,
      skipped: r.numPendingTests + r.numTodoTests,
    }),
  };
}

function playwright() {
  const report = join(resultsDir, "e2e.json");
  return {
    program: bin("playwright"),
    args: ["test", "--config", "e2e/playwright.config.ts"],
    report,
    count: (r) => ({
      passed: r.stats.expected,
      failed: r.stats.unexpected + r.stats.flaky,
      skipped: r.stats.skipped,
    }),
  };
}

try {
  const startedAt = Date.now();
  checkNode();
  rmSync(resultsDir, { recursive: true, force: true });
  mkdirSync(resultsDir, { recursive: true });
  await step("Looking for Redis and Chromium", async () => {
    const installed = await ensureTools(["redis", "chromium"]);
    return installed.length > 0 ? `installed ${installed.join(", ")}` : undefined;
  });
  await step("Installing dependencies", ensureDependencies);
  await check("Format and lint", bin("biome"), ["ci", "."]);
  await check("Types", bin("turbo"), ["run", "typecheck", "--output-logs=errors-only"]);
  await check("Import directions", bin("depcruise"), [
    "--config",
    ".dependency-cruiser.cjs",
    "apps",
    "packages",
  ]);
  await check("Dead code", bin("knip"), []);
  await suite("Unit tests", vitest("unit"));
  await step("Building", () => ensureBuild());
  await suite("Integration tests", vitest("integration"));
  await suite("Browser journeys", playwright());
  for (const failure of failures) say(`\n──── ${failure}`);
  say(`\nTook ${Math.round((Date.now() - startedAt) / 1000)} s`);
  say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  process.exit(total.failed === 0 ? 0 : 1);
} catch (error) {
  endWith(error);
}
