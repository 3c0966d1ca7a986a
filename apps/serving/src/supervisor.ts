import type { Worker } from "node:cluster";
import { hostname } from "node:os";
import { type ControlDocument, redisKeys } from "@shortlist/contracts";
import { createLogger, createRedis, openArtifactStore } from "@shortlist/platform";
import { readEnv } from "./env";
import { LISTEN_FAILED_CODE } from "./messages";
import { createArtifactCache } from "./release/artifactCache";
import { createControlStore, parseControlDocument } from "./release/controlStore";
import { watchControl } from "./release/controlWatcher";
import { keepGood } from "./release/keepGood";
import {
  acceptDocuments,
  blameCandidates,
  canCarryOut,
  decidePlan,
  decideServed,
  holdsMore,
  listLoading,
  listRefusals,
  listStandby,
  nameRefusals,
  type PlannedDocument,
  type ReleaseState,
} from "./release/plan";
import { createReplicaProcesses, type StartOutcome } from "./replicaProcesses";

const BACKOFF_MIN_MS = 250;
const BACKOFF_MAX_MS = 10_000;
const UNAVAILABLE_RETRY_MS = 15_000;

/** The primary process: follows the control documents and turns them into generations of replica processes. */
export async function runSupervisor(): Promise<void> {
  const env = readEnv();
  const logger = createLogger({ name: "serving-supervisor", level: env.LOG_LEVEL });
  const store = createControlStore(env.SERVING_STATE_DIR);
  const cache = createArtifactCache(env.SERVING_STATE_DIR, await openArtifactStore(env.ARTIFACT_URL));
  const wanted = new Map((await store.readAll("control")).map((d) => [d.workspace, d]));
  const good = new Map((await store.readAll("good")).map((d) => [d.workspace, d]));
  const refused = new Map<string, string>();
  const state = { wanted, good, refused };
  /** What the processes make of the documents now. */
  let serving: PlannedDocument[] = [];
  let isEnding = false;
  let isRolling = false;
  let isReplacing = false;
  let failuresInARow = 0;
  let replaceAtMs = 0;
  /** Since when processes hold releases that nothing needs. */
  let holdsMoreSinceMs: number | null = null;

  const redis = createRedis(env.REDIS_URL);
  const subscriber = createRedis(env.REDIS_URL);
  for (const connection of [redis, subscriber]) connection.on("error", () => undefined);

  const processes = createReplicaProcesses({
    listRefusals: () => listRefusals(state),
    // Killed without warning it cannot take itself off the fleet list; asked to drain it has done so already.
    onEnded: (pid) => void redis.hdel(redisKeys.replicas, `${hostname()}-${pid}`).catch(() => undefined),
    onLost({ code, signal, livedMs }) {
      if (isEnding) return;
      logger.error({ code, signal }, "a replica ended unexpectedly");
      noteDeath(livedMs > 60_000);
    },
  });
  const { live, standby, retire, adopt, park } = processes;
  let standbyTimer: NodeJS.Timeout | null = null;

  let loading: ReleaseState[] = [];
  const heldLive = () => processes.listHeld(live);
  /**
   * Puts in force all of the newest documents that needs no release to be loaded: keys, rules, switches, shares of a
   * rollout, its end and its completion. It waits for nothing, so that what goes wrong is taken back while something loads.
   */
  const applyInPlace = (): PlannedDocument[] => {
    const plan = decidePlan(state);
    const held = heldLive();
    serving = decideServed({ held, serving }, plan);
    const onStandby = standby.size === 0 ? [] : listStandby(processes.listHeld(standby), held);
    const states = [...listRefusals(state), ...loading, ...onStandby];
    processes.broadcast({ kind: "update", documents: plan, states });
    return plan;
  };

  /** Of a process that served, or of one that was to take its place. */
  const noteDeath = (isFirst: boolean) => {
    failuresInARow = isFirst ? 1 : failuresInARow + 1;
    replaceAtMs = Date.now() + Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** failuresInARow);
    const blamed = blameCandidates(serving, failuresInARow);
    for (const [key, reason] of blamed) refuse(key, reason);
    if (blamed.length > 0) applyInPlace();
  };

  /** Puts a process in the place of one that crashed, with what is being served. Looks again until all are there. */
  const replaceMissing = async (): Promise<void> => {
    const isBusy = isEnding || isRolling || isReplacing || live.size === 0;
    if (isBusy || live.size >= env.SERVING_PROCESSES || Date.now() < replaceAtMs) return;
    isReplacing = true;
    try {
      const { worker, outcome } = await processes.start(serving);
      if (outcome.kind !== "listening") return noteDeath(false);
      // The release may have been switched while this one was loading the old.
      if (canCarryOut(processes.listHeld([worker]), serving)) adopt(worker);
      else retire(worker);
    } finally {
      isReplacing = false;
    }
  };

  const refuse = (key: string, reason: string) => {
    refused.set(key, reason);
    logger.error({ release: key, reason }, "a release was refused; the last good one stays");
    // What is only out of reach may be in reach soon; what is wrong stays wrong.
    if (reason.startsWith("artifact_unavailable"))
      setTimeout(() => refused.delete(key), UNAVAILABLE_RETRY_MS).unref();
  };

  const dropStandby = () => {
    if (standbyTimer !== null) clearTimeout(standbyTimer);
    standbyTimer = null;
    for (const worker of [...standby]) retire(worker);
  };

  /** Moves traffic to processes that listen, and keeps those of before at hand for a while if they have what these lack. */
  const moveTraffic = (generation: readonly Worker[], plan: PlannedDocument[]) => {
    const old = [...live];
    const isOnlyLess = canCarryOut(heldLive(), plan);
    for (const worker of generation) adopt(worker);
    serving = plan;
    if (env.SERVING_STANDBY_SECONDS === 0 || isOnlyLess) for (const worker of old) retire(worker);
    else {
      for (const worker of old) park(worker);
      standbyTimer = setTimeout(() => {
        dropStandby();
        applyInPlace();
      }, env.SERVING_STANDBY_SECONDS * 1000);
      standbyTimer.unref();
    }
    applyInPlace();
  };

  /** Serves from the processes that stand by, when they have what is wanted; false when none of them does. */
  const tryStandby = async (plan: PlannedDocument[]): Promise<boolean> => {
    if (standby.size === 0 || !canCarryOut(processes.listHeld(standby), plan)) return false;
    const waiting = [...standby];
    if (standbyTimer !== null) clearTimeout(standbyTimer);
    const resumed = await Promise.all(waiting.map((worker) => processes.resume(worker, plan)));
    const generation = waiting.filter((_, i) => resumed[i]);
    if (generation.length === 0) return false;
    moveTraffic(generation, plan);
    return true;
  };

  /** Whether the newest documents ask for processes other than those that serve, and these are such. */
  const isStillWanted = (generation: readonly Worker[]): boolean => {
    const plan = decidePlan(state);
    return canCarryOut(processes.listHeld(generation), plan) && needsOthers(plan);
  };
  const needsOthers = (plan: readonly PlannedDocument[]): boolean =>
    !canCarryOut(heldLive(), plan) || isTidyingDue(plan);

  /**
   * Releases that nothing needs any more, such as the candidate of a rollout that ended, stay in memory as long as processes
   * stand by, so that coming back to them costs nothing. Then processes without them take over.
   */
  const isTidyingDue = (plan: readonly PlannedDocument[]): boolean => {
    const holds = [...live].some((worker) => holdsMore(processes.listHeld([worker]), plan));
    if (!holds) holdsMoreSinceMs = null;
    else holdsMoreSinceMs ??= performance.now();
    return (
      holdsMoreSinceMs !== null && performance.now() - holdsMoreSinceMs >= env.SERVING_STANDBY_SECONDS * 1000
    );
  };

  /** Starts a full set of processes for the plan; true when they serve, false when the plan must change. */
  const tryGeneration = async (plan: PlannedDocument[]): Promise<boolean> => {
    // Never more than two copies of everything in memory.
    dropStandby();
    const generation: Worker[] = [];
    for (let i = 0; i < env.SERVING_PROCESSES; i++) {
      // One after the other: the first shows whether the release is sound, and only one spare copy is loading.
      let started = await processes.start(plan);
      if (started.outcome.kind === "died") started = await processes.start(plan);
      const { worker, outcome } = started;
      if (outcome.kind === "listening") {
        generation.push(worker);
        // What was wanted when this began may have been taken back while it loaded. With nothing else to serve it is
        // still better than what may be refused.
        if (live.size === 0 || isStillWanted(generation)) continue;
        for (const other of generation) retire(other);
        return false;
      }
      for (const other of generation) retire(other);
      if (outcome.kind === "died" && outcome.code === LISTEN_FAILED_CODE)
        throw new Error(`cannot listen on ${env.SERVING_HOST}:${env.SERVING_PORT}; is the port in use?`);
      if (noteRefusals(plan, outcome) === 0) await sleep(BACKOFF_MAX_MS);
      return false;
    }
    moveTraffic(generation, plan);
    return true;
  };

  /** @returns how many releases are refused that were not before */
  const noteRefusals = (plan: readonly PlannedDocument[], outcome: StartOutcome): number => {
    const detail = outcome.kind === "died" ? outcome.detail : "";
    const refusals = nameRefusals(plan, heldLive(), outcome.kind === "refused" ? outcome.releases : detail);
    for (const [key, reason] of refusals) refuse(key, reason);
    return refusals.length;
  };

  const reconcile = async (): Promise<void> => {
    if (isRolling || isEnding) return;
    isRolling = true;
    try {
      for (;;) {
        const plan = applyInPlace();
        if (live.size > 0 && !needsOthers(plan)) break;
        const isBack = await tryStandby(plan);
        loading = isBack ? [] : listLoading(plan, heldLive());
        applyInPlace();
        const ok = isBack || (await tryGeneration(plan));
        loading = [];
        if (ok)
          await keepGood({ good, serving, store, cache }).catch((error: unknown) =>
            logger.warn({ err: error }, "could not tidy the artifact cache"),
          );
        if (isEnding) return;
      }
    } finally {
      isRolling = false;
    }
  };

  const fail = (error: unknown) => {
    logger.fatal({ err: error }, "the supervisor cannot go on");
    void end(1);
  };

  const onDocuments = (documents: readonly ControlDocument[]) => {
    const fresh = acceptDocuments(wanted, documents);
    if (fresh.length === 0) return;
    applyInPlace();
    void Promise.all(fresh.map((document) => store.write("control", document)))
      .catch((error: unknown) => logger.error({ err: error }, "control documents could not be kept on disk"))
      .then(reconcile)
      .catch(fail);
  };

  await Promise.all([redis.connect().catch(() => undefined), subscriber.connect().catch(() => undefined)]);
  if (redis.status === "ready") {
    const held = await redis.hgetall(redisKeys.control).catch(() => ({}));
    const documents = Object.values(held)
      .map(parseControlDocument)
      .filter((d) => d !== null);
    for (const document of acceptDocuments(wanted, documents)) await store.write("control", document);
  }
  const watcher = watchControl({ redis, subscriber, onDocuments });
  // A failed roll must not need another message to be tried again.
  const retry = setInterval(() => void reconcile().catch(fail), 2_000);
  const tending = setInterval(() => void replaceMissing().catch(fail), 200);

  const end = async (code: number): Promise<void> => {
    if (isEnding) return;
    isEnding = true;
    clearInterval(retry);
    clearInterval(tending);
    watcher.close();
    await processes.end();
    redis.disconnect();
    subscriber.disconnect();
    process.exit(code);
  };
  process.on("SIGTERM", () => void end(0));
  process.on("SIGINT", () => void end(0));
  await reconcile();
  logger.info({ processes: live.size, port: env.SERVING_PORT }, "serving");
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
