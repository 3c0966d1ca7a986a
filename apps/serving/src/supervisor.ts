import cluster, { type Worker } from "node:cluster";
import { hostname } from "node:os";
import { type ControlDocument, Release, redisKeys } from "@shortlist/contracts";
import { createLogger, createRedis, openArtifactStore } from "@shortlist/platform";
import { readEnv } from "./env";
import { collectMetrics } from "./fleetMetrics";
import { type FromReplica, LISTEN_FAILED_CODE, type ToReplica } from "./messages";
import { createArtifactCache } from "./release/artifactCache";
import { createControlStore, parseControlDocument } from "./release/controlStore";
import { watchControl } from "./release/controlWatcher";
import {
  acceptDocuments,
  decideChange,
  decidePlan,
  listRefusals,
  type ReleaseState,
  refusalKey,
} from "./release/plan";
import { listArtifacts } from "./workspaces";

/** A release of ten million items takes minutes to load; longer means it hangs. */
const START_MAX_MS = 15 * 60_000;
/** A replica's own drain is bounded; this is for one that does not end. */
const KILL_AFTER_MS = 20_000;
const BACKOFF_MIN_MS = 250;
const BACKOFF_MAX_MS = 10_000;
const UNAVAILABLE_RETRY_MS = 15_000;

type StartOutcome =
  | { readonly kind: "listening" }
  | { readonly kind: "refused"; readonly releases: readonly ReleaseState[] }
  | { readonly kind: "died"; readonly detail: string; readonly code: number | null };

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
  const live = new Set<Worker>();
  let serving: ControlDocument[] = [];
  let isEnding = false;
  let isRolling = false;
  let isReplacing = false;
  let failuresInARow = 0;
  let replaceAtMs = 0;

  const redis = createRedis(env.REDIS_URL);
  const subscriber = createRedis(env.REDIS_URL);
  for (const connection of [redis, subscriber]) connection.on("error", () => undefined);

  const tell = (worker: Worker, message: ToReplica) => {
    if (worker.isConnected()) worker.send(message);
  };
  const broadcast = () => {
    for (const worker of live)
      tell(worker, {
        kind: "update",
        documents: serving,
        states: [...listRefusals(state), ...listLoading()],
      });
  };
  let loading: ReleaseState[] = [];
  const listLoading = () => loading;

  const startWorker = (
    documents: readonly ControlDocument[],
  ): Promise<{ worker: Worker; outcome: StartOutcome }> => {
    const worker = cluster.fork();
    return new Promise((resolve) => {
      const settle = (outcome: StartOutcome) => {
        clearTimeout(timer);
        worker.off("exit", onExit);
        resolve({ worker, outcome });
      };
      const onExit = (code: number | null, signal: string | null) =>
        settle({ kind: "died", detail: `code ${code}, signal ${signal}`, code });
      const timer = setTimeout(() => {
        settle({ kind: "died", detail: "it did not start in time", code: null });
        worker.process.kill("SIGKILL");
      }, START_MAX_MS);
      worker.on("exit", onExit);
      worker.on("message", (message: FromReplica) => {
        if (message.kind === "hello") tell(worker, { kind: "start", documents, states: listRefusals(state) });
        if (message.kind === "listening") settle({ kind: "listening" });
        if (message.kind === "refused") settle({ kind: "refused", releases: message.releases });
        if (message.kind === "wantMetrics")
          void collectMetrics(live).then((text) =>
            tell(worker, { kind: "metricsText", id: message.id, text }),
          );
      });
    });
  };

  const retire = (worker: Worker) => {
    live.delete(worker);
    tell(worker, { kind: "drain" });
    setTimeout(() => {
      if (!worker.isDead()) worker.process.kill("SIGKILL");
    }, KILL_AFTER_MS).unref();
  };

  const adopt = (worker: Worker) => {
    live.add(worker);
    const bornAtMs = Date.now();
    const onExit = (code: number | null, signal: string | null) => {
      // Killed without warning it cannot take itself off the fleet list; asked to drain it has done so already.
      const id = `${hostname()}-${worker.process.pid}`;
      void redis.hdel(redisKeys.replicas, id).catch(() => undefined);
      if (!live.delete(worker) || isEnding) return;
      logger.error({ code, signal }, "a replica ended unexpectedly");
      backOff(Date.now() - bornAtMs > 60_000);
    };
    if (worker.isDead()) onExit(null, null);
    else worker.on("exit", onExit);
  };

  const backOff = (isFirst: boolean) => {
    failuresInARow = isFirst ? 1 : failuresInARow + 1;
    replaceAtMs = Date.now() + Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** failuresInARow);
  };

  /** Puts a process in the place of one that crashed, with what is being served. Looks again until all are there. */
  const replaceMissing = async (): Promise<void> => {
    const isBusy = isEnding || isRolling || isReplacing || live.size === 0;
    if (isBusy || live.size >= env.SERVING_PROCESSES || Date.now() < replaceAtMs) return;
    isReplacing = true;
    try {
      const documents = serving;
      const { worker, outcome } = await startWorker(documents);
      if (outcome.kind !== "listening") return backOff(false);
      adopt(worker);
      // The release was switched while this one was loading the old.
      if (serving !== documents && decideChange(documents, serving) === "release") retire(worker);
      else tell(worker, { kind: "update", documents: serving, states: listRefusals(state) });
    } finally {
      isReplacing = false;
    }
  };

  /** Starts a full set of processes for the plan; true when they serve, false when the plan must change. */
  const tryGeneration = async (plan: ControlDocument[]): Promise<boolean> => {
    const generation: Worker[] = [];
    for (let i = 0; i < env.SERVING_PROCESSES; i++) {
      // One after the other: the first shows whether the release is sound, and only one spare copy is loading.
      let started = await startWorker(plan);
      if (started.outcome.kind === "died") started = await startWorker(plan);
      const { worker, outcome } = started;
      if (outcome.kind === "listening") {
        generation.push(worker);
        continue;
      }
      for (const other of generation) retire(other);
      if (outcome.kind === "died" && outcome.code === LISTEN_FAILED_CODE)
        throw new Error(`cannot listen on ${env.SERVING_HOST}:${env.SERVING_PORT}; is the port in use?`);
      if (noteRefusals(plan, outcome) === 0) await sleep(BACKOFF_MAX_MS);
      return false;
    }
    const old = [...live];
    for (const worker of generation) adopt(worker);
    serving = plan;
    for (const worker of old) retire(worker);
    return true;
  };

  /** @returns how many releases are refused that were not before */
  const noteRefusals = (plan: readonly ControlDocument[], outcome: StartOutcome): number => {
    const before = new Set(serving.map((d) => refusalKey(d.workspace, d.release?.releaseId ?? "")));
    const reasons =
      outcome.kind === "refused"
        ? outcome.releases
            .filter((release) => release.state === "refused")
            .map(
              (release) => [refusalKey(release.workspace, release.releaseId), release.reason ?? ""] as const,
            )
        : plan
            .filter((d) => d.release !== null && !before.has(refusalKey(d.workspace, d.release.releaseId)))
            .map((d) => {
              const detail = outcome.kind === "died" ? outcome.detail : "";
              return [refusalKey(d.workspace, d.release!.releaseId), `process_died: ${detail}`] as const;
            });
    for (const [key, reason] of reasons) {
      refused.set(key, reason);
      logger.error({ release: key, reason }, "a release was refused; the last good one stays");
      // What is only out of reach may be in reach soon; what is wrong stays wrong.
      if (reason.startsWith("artifact_unavailable"))
        setTimeout(() => refused.delete(key), UNAVAILABLE_RETRY_MS).unref();
    }
    return reasons.length;
  };

  const keepGood = async (): Promise<void> => {
    const keep = new Set<string>();
    const note = async (document: ControlDocument) => {
      if (document.release === null) return;
      keep.add(document.release.artifact.sha256);
      const release = Release.safeParse(
        JSON.parse((await cache.load(document.release.artifact)).toString("utf8")),
      );
      if (release.success) for (const sha256 of listArtifacts(release.data)) keep.add(sha256);
    };
    // The previous release stays on disk: rolling back must work with the artifact store away.
    for (const document of good.values()) await note(document);
    for (const document of serving) {
      if (document.release === null) continue;
      await note(document);
      good.set(document.workspace, document);
      await store.write("good", document);
    }
    await cache.prune(keep);
  };

  const reconcile = async (): Promise<void> => {
    if (isRolling || isEnding) return;
    isRolling = true;
    try {
      for (;;) {
        const plan = decidePlan(state);
        const change = live.size === 0 ? "release" : decideChange(serving, plan);
        if (change === "none") break;
        if (change === "keys") {
          serving = plan;
          break;
        }
        loading = plan
          .filter(
            (d) => d.release !== null && !serving.some((s) => s.release?.releaseId === d.release?.releaseId),
          )
          .map((d) => ({
            workspace: d.workspace,
            releaseId: d.release!.releaseId,
            state: "loading",
            reason: null,
            loadMs: null,
            nItems: null,
          }));
        broadcast();
        const ok = await tryGeneration(plan);
        loading = [];
        if (ok)
          await keepGood().catch((error: unknown) =>
            logger.warn({ err: error }, "could not tidy the artifact cache"),
          );
        if (isEnding) return;
      }
      broadcast();
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
    for (const worker of Object.values(cluster.workers ?? {})) if (worker !== undefined) retire(worker);
    const deadlineMs = Date.now() + KILL_AFTER_MS + 1_000;
    while (Object.keys(cluster.workers ?? {}).length > 0 && Date.now() < deadlineMs) await sleep(50);
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
