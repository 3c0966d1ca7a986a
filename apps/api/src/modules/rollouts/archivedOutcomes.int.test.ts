import { RolloutPlan, redisKeys } from "@shortlist/contracts";
import { requireEnv } from "@shortlist/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { archiveRound } from "../../archive/archiver";
import { publishTestRelease } from "../../testing/packages";
import { createTestRollout } from "../../testing/rollouts";
import { beatWithCandidate, sendTraffic } from "../../testing/rolloutTraffic";
import { createTestApp, type TestApp } from "../../testing/testApp";
import { controlRollouts } from "./controllerService";
import { getRollout } from "./service";

// The controller on what is in the archive, from slates and clicks in their streams over the archiver and the lake to
// the ledger: nothing is put in its place.

let app: TestApp;
beforeAll(async () => {
  // Heartbeats are those of all workspaces: no other test's replicas are to be waited for.
  app = await createTestApp({ REDIS_URL: `${requireEnv("TEST_REDIS_URL")}/7` });
  await app.ctx.redis.flushdb();
});
afterAll(() => app.close());

const PLAN = RolloutPlan.parse({
  surfaces: ["home_feed"],
  steps: [
    { kind: "canary", candidatePct: 25, dwellMinutes: 30 },
    { kind: "canary", candidatePct: 50, dwellMinutes: 30 },
  ],
});

async function startCanary() {
  const { id: workspaceId, slug: workspace } = await app.createWorkspace();
  await publishTestRelease(app.ctx, workspaceId);
  const { id: rolloutId, number } = await createTestRollout(app.ctx, workspaceId, { plan: PLAN });
  const { candidateReleaseId: releaseId } = await app.ctx.db.rollout.findUniqueOrThrow({
    where: { id: rolloutId },
  });
  const beat = () => beatWithCandidate(app.ctx, { workspace, releaseId, rolloutId });
  const look = async () => {
    // The archive is read again once the last reading is cheap against the time that has passed.
    app.advance(60_000);
    await beat();
    await controlRollouts(app.ctx);
    return getRollout(app.ctx, workspaceId, number);
  };
  await look();
  expect((await look()).state).toMatchObject({ phase: "canary", stepIndex: 0 });
  return { workspace, rolloutId, look };
}

/** Ten minutes of 40 shoppers per arm each, archived and looked at every minute. */
async function shop(clickRate: { control: number; candidate: number }) {
  const { workspace, rolloutId, look } = await startCanary();
  let seen = await look();
  for (let minute = 0; minute < 10 && seen.state.phase === "canary"; minute++) {
    await sendTraffic(app.ctx, {
      workspace,
      rolloutId,
      seed: `m${minute}`,
      shoppersPerArm: 40,
      slatesPerShopper: 5,
      clickRate,
    });
    const deps = { redis: app.ctx.redis, lake: await app.ctx.lake(), logger: app.ctx.logger };
    await archiveRound(deps, [workspace], { consumer: "a" });
    seen = await look();
  }
  const verdict = seen.latest!.assessment.guardrails.find(({ metric }) => metric === "click_through")!;
  const document = JSON.parse((await app.ctx.redis.hget(redisKeys.control, workspace))!);
  return { seen, verdict, document };
}

test("a candidate that halves the clicks in the archive is aborted by the controller, which says why", async () => {
  const { seen, verdict, document } = await shop({ control: 0.3, candidate: 0.15 });
  expect(seen.state.phase).toBe("aborted");
  expect(seen.decisions[0]).toMatchObject({
    action: "abort",
    actor: "controller",
    isRobot: true,
    hasEvidence: true,
    reason: expect.stringMatching(/^click_through is worse than in the control by −\d/),
  });
  expect(verdict.verdict).toBe("harm");
  expect(verdict.estimate).toBeLessThan(0.75);
  expect(verdict.n.candidate).toBeGreaterThanOrEqual(50);
  expect(document.rollout).toBeUndefined();
  expect(seen.inForce).toBe("yes");
});

test("one that changes nothing goes on, with everything counted", async () => {
  const { seen, verdict, document } = await shop({ control: 0.3, candidate: 0.3 });
  expect(seen.state).toMatchObject({ phase: "canary", stepIndex: 0, hold: null });
  expect(verdict).toMatchObject({ n: { control: 400, candidate: 400 } });
  expect(["undecided", "safe"]).toContain(verdict.verdict);
  expect(seen.latest!.assessment).toMatchObject({
    candidateRequests: 2_000,
    dataProblem: null,
    sampleRatio: { isMismatch: false, observed: { control: 400, candidate: 400 } },
  });
  expect(document.rollout.candidateBuckets).toBe(2_500);
});
