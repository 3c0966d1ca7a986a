import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Queue } from "bullmq";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { cancelJob, getJob, retryJob, startTraining } from "../modules/jobs/service";
import { watchJob } from "../modules/jobs/watch";
import { createTestApp, type TestApp } from "../testing/testApp";
import { claimJob, endAttempt, pulse } from "./claim";
import { startConsumer } from "./consume";
import { QUEUE_NAME } from "./queue";
import { sweepJobs } from "./sweep";

let app: TestApp;
let dir: string;
let workspaceId: string;
const stops: (() => Promise<void>)[] = [];

/** Children as small programs: they do exactly one thing and need no build. */
const CHILDREN = {
  done: `process.send({ type: "log", line: "hello" });
         process.send({ type: "progress", pct: 50, step: "half way" });
         setTimeout(() => process.send({ type: "done", result: { models: 1 } }, () => process.exit(0)), 300);`,
  error: `process.send({ type: "error", message: "The catalogue is empty" }, () => process.exit(0));`,
  crash: `process.stderr.write("out of memory"); process.exit(7);`,
  killed: `process.kill(process.pid, "SIGKILL");`,
  hang: `process.send({ type: "progress", pct: 10, step: "working" }); setInterval(() => {}, 1000);
         process.on("SIGTERM", () => {});`,
} as const;

beforeAll(async () => {
  app = await createTestApp();
  dir = await mkdtemp(join(tmpdir(), "shortlist-jobs-"));
  for (const [name, text] of Object.entries(CHILDREN)) await writeFile(join(dir, `${name}.cjs`), text);
  workspaceId = (await app.createWorkspace()).id;
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await app.ctx.db.job.deleteMany();
});
afterAll(async () => {
  await app.close();
  await rm(dir, { recursive: true });
});

function startWorker(child: keyof typeof CHILDREN): { stop(): Promise<void> } {
  const worker = startConsumer(app.ctx, {
    childPathOf: () => join(dir, `${child}.cjs`),
    heapMb: 64,
    pulseMs: 50,
    queuePrefix: app.queuePrefix,
  });
  stops.push(worker.stop);
  return worker;
}

const start = async () => (await startTraining(app.ctx, workspaceId, { config: {}, createdBy: "t" })).jobId;
const read = (id: string) => getJob(app.ctx, workspaceId, id);

async function waitFor(id: string, isThere: (job: Awaited<ReturnType<typeof read>>) => boolean) {
  for (let i = 0; i < 400; i++) {
    const job = await read(id);
    if (isThere(job)) return job;
    await sleep(50);
  }
  throw new Error(`job stayed at ${JSON.stringify(await read(id))}`);
}

test("a job runs, reports progress and log, and keeps its result", async () => {
  startWorker("done");
  const id = await start();
  await waitFor(id, (job) => job.step === "half way" && job.progressPct === 50);
  const job = await waitFor(id, (j) => j.isOver);
  expect(job).toMatchObject({
    state: "succeeded",
    progressPct: 100,
    result: { models: 1 },
    attempts: 1,
    error: null,
  });
  expect(job.log.join("\n")).toContain("hello");
});

test("a reason the run itself gives is final", async () => {
  startWorker("error");
  const job = await waitFor(await start(), (j) => j.isOver);
  expect(job).toMatchObject({ state: "failed", error: "The catalogue is empty", attempts: 1 });
});

test("a child that dies without a word is tried once more, then fails with what it left on stderr", async () => {
  startWorker("crash");
  const job = await waitFor(await start(), (j) => j.isOver);
  expect(job).toMatchObject({ state: "failed", attempts: 2 });
  expect(job.error).toContain("code 7");
  expect(job.error).toContain("out of memory");
});

test("a child that the system kills is tried once more, then fails visibly", async () => {
  startWorker("killed");
  const job = await waitFor(await start(), (j) => j.isOver);
  expect(job).toMatchObject({ state: "failed", attempts: 2 });
  expect(job.error).toContain("SIGKILL");
});

test("cancelling a running job ends its process, even one that ignores the polite signal", async () => {
  startWorker("hang");
  const id = await start();
  await waitFor(id, (job) => job.step === "working");
  expect(await cancelJob(app.ctx, workspaceId, id)).toEqual({ state: "running" });
  expect(await waitFor(id, (job) => job.isOver)).toMatchObject({ state: "cancelled" });
});

test("a cancelled waiting job never runs, and a retry runs it", async () => {
  const id = await start();
  expect(await cancelJob(app.ctx, workspaceId, id)).toEqual({ state: "cancelled" });
  startWorker("done");
  await sleep(300);
  expect(await read(id)).toMatchObject({ state: "cancelled", attempts: 0 });
  await retryJob(app.ctx, workspaceId, id);
  await sweepJobs({ ...app.ctx, now: () => new Date(Date.now() + 10_000) });
  expect(await waitFor(id, (job) => job.isOver)).toMatchObject({ state: "succeeded" });
  await expect(retryJob(app.ctx, workspaceId, id)).rejects.toMatchObject({ code: "conflict" });
});

test("a message that was lost is published again", async () => {
  const id = await start();
  const queue = new Queue(QUEUE_NAME, {
    prefix: app.queuePrefix,
    connection: { url: app.ctx.env.REDIS_URL },
  });
  await queue.obliterate({ force: true });
  await queue.close();
  startWorker("done");
  await sleep(300);
  expect((await read(id)).state).toBe("queued");
  await sweepJobs({ ...app.ctx, now: () => new Date(Date.now() + 10_000) });
  expect(await waitFor(id, (job) => job.isOver)).toMatchObject({ state: "succeeded" });
});

test("a job whose worker was killed is taken over once, then fails visibly; the dead worker cannot write any more", async () => {
  const id = await start();
  const claim = (await claimJob(app.ctx.db, id, new Date()))!;
  const later = (s: number) => new Date(Date.now() + s * 1000);
  expect(await sweepJobs({ ...app.ctx, now: () => later(30) })).toMatchObject({ takenOver: 0 });
  expect(await sweepJobs({ ...app.ctx, now: () => later(90) })).toMatchObject({ takenOver: 1 });
  expect(await read(id)).toMatchObject({ state: "queued" });
  expect(await pulse(app.ctx.db, claim, { progressPct: 99, step: "ghost", log: [], now: new Date() })).toBe(
    "taken",
  );
  const ghost = { ending: { state: "succeeded", result: {} } as const, log: [], now: new Date() };
  expect(await endAttempt(app.ctx.db, claim, ghost)).toBe(false);
  await claimJob(app.ctx.db, id, new Date());
  await sweepJobs({ ...app.ctx, now: () => later(90) });
  const job = await read(id);
  expect(job).toMatchObject({ state: "failed", attempts: 2 });
  expect(job.error).toContain("no sign of life");
});

test("a lost job that someone wanted cancelled is cancelled", async () => {
  const id = await start();
  await claimJob(app.ctx.db, id, new Date());
  await cancelJob(app.ctx, workspaceId, id);
  await sweepJobs({ ...app.ctx, now: () => new Date(Date.now() + 90_000) });
  expect(await read(id)).toMatchObject({ state: "cancelled" });
});

test("only one of many workers gets a job", async () => {
  const id = await start();
  const claims = await Promise.all(Array.from({ length: 8 }, () => claimJob(app.ctx.db, id, new Date())));
  expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
});

test("a worker that is stopped in order hands its job on", async () => {
  const first = startWorker("hang");
  const id = await start();
  await waitFor(id, (job) => job.step === "working");
  await first.stop();
  expect(await read(id)).toMatchObject({ state: "queued" });
  startWorker("done");
  expect(await waitFor(id, (job) => job.isOver)).toMatchObject({ state: "succeeded", attempts: 2 });
});

test("watching starts with the present state and ends with the job", async () => {
  startWorker("done");
  const id = await start();
  const states: string[] = [];
  for await (const job of watchJob(app.ctx, workspaceId, { id, signal: undefined })) states.push(job.state);
  expect(states.at(-1)).toBe("succeeded");
});
