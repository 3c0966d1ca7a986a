import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ControlDocument, RolloutPlan, RolloutState, redisKeys } from "@shortlist/contracts";
import { createRandom } from "@shortlist/ml";
import { afterAll, beforeAll, expect, test } from "vitest";
import { publishTestRelease } from "../../testing/packages";
import { createTestRollout, measureWell } from "../../testing/rollouts";
import { createTestApp, type TestApp } from "../../testing/testApp";
import { controlRollouts } from "./controllerService";
import { createRollout, requestRollout } from "./service";

/** A run of the suite kills a few; DRILL_KILLS=200 kills as many as a figure needs. */
const KILLS = Number(process.env.DRILL_KILLS ?? 6);
/** Two at a time, so that a killed one leaves another in the middle of the same rollout. */
const PROCESSES = 2;
/** A controller connects and takes several steps in this time, so that a kill falls before, between and within them. */
const KILL_WITHIN_MS = 1_500;

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const PLAN = RolloutPlan.parse({
  steps: [
    { kind: "shadow", sharePct: 10, dwellMinutes: 0 },
    ...[1, 5, 10, 20, 30, 40, 50, 60].map((candidatePct) => ({
      kind: "canary" as const,
      candidatePct,
      dwellMinutes: 0,
    })),
  ],
  // Evidence is not drilled: asking for none lets steps be taken.
  guardrails: [],
  requestsMin: 0,
  holdback: { pct: 5, hours: 0.000001 },
});
/** Every transition of the plan, in order. */
const WHOLE = [
  "create scheduled -1",
  "prepare preparing -1",
  "step shadow 0",
  ...Array.from({ length: 8 }, (_, i) => `step canary ${i + 1}`),
  "step holdback 9",
  "complete completed 10",
];

function startController(): ChildProcess {
  return fork(fileURLToPath(new URL("../../testing/drillController.ts", import.meta.url)), {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, ...toEnvironment(app.ctx.env) },
    stdio: "ignore",
  });
}
function toEnvironment(env: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}

test(`controllers killed ${KILLS} times at random moments take every step once, lose none, and replicas get what the ledger says`, {
  timeout: 120_000 + KILLS * 6_000,
}, async () => {
  const random = createRandom(`controller-kills-${KILLS}`);
  const workspace = await app.createWorkspace();
  const first = await publishTestRelease(app.ctx, workspace.id);
  // Two releases take turns: each rollout brings the other one back.
  const { number: firstRollout } = await createTestRollout(app.ctx, workspace.id, { plan: PLAN });
  const made = await app.ctx.db.rollout.findFirstOrThrow({
    where: { number: firstRollout, workspaceId: workspace.id },
    select: { candidate: { select: { number: true } } },
  });
  const numbers = [first.release.number, made.candidate.number];
  const running = new Set<Promise<void>>();
  const children = new Set<ChildProcess>();
  let kills = 0;
  let starting = 0;
  let rollouts = 1;
  const runOne = async () => {
    const child = startController();
    children.add(child);
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    const started = new Promise<void>((resolve, reject) => {
      child.once("message", () => resolve());
      child.once("exit", (code) => reject(new Error(`a controller ended with ${code} before it ran`)));
    });
    await started;
    await new Promise((resolve) => setTimeout(resolve, random.next() * KILL_WITHIN_MS));
    child.kill("SIGKILL");
    await ended;
    children.delete(child);
    kills++;
  };
  const where = { workspaceId: workspace.id, actor: "controller" };
  const countMade = () => app.ctx.db.rolloutDecision.count({ where });
  // On a machine that is busy controllers die before they have done anything: more of them are killed then.
  const isMoreWanted = async () => starting < KILLS || (starting < 5 * KILLS && (await countMade()) === 0);
  for (;;) {
    while (running.size < PROCESSES && (await isMoreWanted())) {
      starting++;
      const run: Promise<void> = runOne().finally(() => running.delete(run));
      running.add(run);
    }
    if (running.size === 0) break;
    await Promise.race([...running, new Promise((resolve) => setTimeout(resolve, 20))]);
    const isUnderWay = await app.ctx.db.rollout.count({ where: { runningIn: workspace.id } });
    if (isUnderWay > 0) continue;
    await createRollout(app.ctx, workspace.id, {
      candidate: { kind: "release", number: numbers[(rollouts + 1) % 2]! },
      plan: PLAN,
      note: `round ${rollouts}`,
      actor: "drill",
    });
    rollouts++;
  }
  expect(children.size).toBe(0);
  const madeByKilled = await countMade();
  expect(madeByKilled).toBeGreaterThan(0);
  // The last one is left where the last kill left it: one more controller finishes it.
  for (let i = 0; i < WHOLE.length; i++)
    await controlRollouts(app.ctx, async (_ctx, _workspace, { plan }) =>
      measureWell(app.ctx.now().getTime(), plan),
    );
  const ledger = await app.ctx.db.rolloutDecision.findMany({
    where: { workspaceId: workspace.id },
    orderBy: [{ rollout: { number: "asc" } }, { sequence: "asc" }],
  });
  const byRollout = new Map<string, string[]>();
  for (const { rolloutId, action, after } of ledger) {
    const { phase, stepIndex } = RolloutState.parse(after);
    byRollout.set(rolloutId, [...(byRollout.get(rolloutId) ?? []), `${action} ${phase} ${stepIndex}`]);
  }
  expect(byRollout.size).toBe(rollouts);
  for (const transitions of byRollout.values()) expect(transitions).toEqual(WHOLE);
  const activations = await app.ctx.db.releaseActivation.count({ where: { workspaceId: workspace.id } });
  expect(activations).toBe(1 + rollouts);
  const document = ControlDocument.parse(
    JSON.parse((await app.ctx.redis.hget(redisKeys.control, workspace.slug))!),
  );
  const last = await app.ctx.db.rollout.findFirstOrThrow({
    where: { workspaceId: workspace.id },
    orderBy: { number: "desc" },
  });
  expect(document.rollout).toBeUndefined();
  expect(document.release?.releaseId).toBe(last.candidateReleaseId);
  expect(document.revision).toBe(ledger.at(-1)!.controlRevision);
  await expect(
    requestRollout(app.ctx, workspace.id, {
      number: last.number,
      request: { kind: "abort" },
      reason: "",
      actor: "drill",
    }),
  ).rejects.toMatchObject({ code: "conflict" });
  process.stdout.write(
    `${kills} kills, ${rollouts} rollouts, ${ledger.length} transitions, ${madeByKilled} of them by killed controllers\n`,
  );
});
