import cluster, { type Worker } from "node:cluster";
import { collectMetrics } from "./fleetMetrics";
import type { FromReplica, ToReplica } from "./messages";
import { intersect, keysOf, listNeeded, type PlannedDocument, type ReleaseState } from "./release/plan";
import { decideReplicaEnv, REPLICA_NODE_OPTIONS } from "./replicaStart";

/** A release of ten million items takes minutes to load; longer means it hangs. */
const START_MAX_MS = 15 * 60_000;
/** It only has to listen; one that does not is not worth waiting for when loading would take as long. */
const RESUME_MAX_MS = 2_000;
/** A replica's own drain is bounded; this is for one that does not end. */
const KILL_AFTER_MS = 20_000;

export type StartOutcome =
  | { readonly kind: "listening" }
  | { readonly kind: "refused"; readonly releases: readonly ReleaseState[] }
  | { readonly kind: "died"; readonly detail: string; readonly code: number | null };

export interface StartedProcess {
  readonly worker: Worker;
  readonly outcome: StartOutcome;
}

/** The replica processes: starting one, talking to it, letting it go. What they should serve is decided elsewhere. */
export interface ReplicaProcesses {
  /** Those that serve. */
  readonly live: ReadonlySet<Worker>;
  /** Those that served the release before and are ready to serve it again. */
  readonly standby: ReadonlySet<Worker>;
  start(documents: readonly PlannedDocument[]): Promise<StartedProcess>;
  /** Keys of the releases that every one of the processes holds. */
  listHeld(workers: Iterable<Worker>): ReadonlySet<string>;
  /** Tells all that serve, stand by or are starting, and those that start later. */
  broadcast(message: ToReplica): void;
  /** Counts it among those that serve until it ends. */
  adopt(worker: Worker): void;
  /** Lets it answer what is on its way and stop listening, but stay as it is. */
  park(worker: Worker): void;
  /** Makes a parked one listen again; false when it did not in time, and then it is retired. */
  resume(worker: Worker, documents: readonly PlannedDocument[]): Promise<boolean>;
  /** Lets it answer what is on its way and end. */
  retire(worker: Worker): void;
  /** Retires all, also those that are starting; resolves when they have ended. */
  end(): Promise<void>;
}

export function createReplicaProcesses(o: {
  /** Releases that no process serves but every one should report. */
  listRefusals: () => ReleaseState[];
  onEnded: (pid: number) => void;
  /** A serving one ended that was not told to. */
  onLost: (lost: { code: number | null; signal: string | null; livedMs: number }) => void;
}): ReplicaProcesses {
  cluster.setupPrimary({ execArgv: [...process.execArgv, ...REPLICA_NODE_OPTIONS] });
  const live = new Set<Worker>();
  const standby = new Set<Worker>();
  const starting = new Set<Worker>();
  const bornAtMs = new Map<Worker, number>();
  const held = new WeakMap<Worker, ReadonlySet<string>>();
  const NOTHING: ReadonlySet<string> = new Set();
  let lastBroadcast: ToReplica | null = null;

  const tell = (worker: Worker, message: ToReplica) => {
    if (worker.isConnected()) worker.send(message);
  };

  const retire = (worker: Worker) => {
    live.delete(worker);
    standby.delete(worker);
    starting.delete(worker);
    tell(worker, { kind: "drain" });
    setTimeout(() => {
      if (!worker.isDead()) worker.process.kill("SIGKILL");
    }, KILL_AFTER_MS).unref();
  };

  return {
    live,
    standby,
    retire,
    listHeld: (workers) => intersect([...workers].map((worker) => held.get(worker) ?? NOTHING)),
    broadcast(message) {
      lastBroadcast = message;
      // One that has started listens before it is adopted: what is taken back must reach it too.
      for (const worker of [...live, ...standby, ...starting]) tell(worker, message);
    },
    start(documents) {
      const worker = cluster.fork(decideReplicaEnv(process.env));
      held.set(worker, keysOf(listNeeded(documents)));
      worker.once("exit", () => starting.delete(worker));
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
          if (message.kind === "hello") {
            tell(worker, { kind: "start", documents, states: o.listRefusals() });
            // Documents may have changed while the process came up.
            if (lastBroadcast !== null) tell(worker, lastBroadcast);
            starting.add(worker);
          }
          if (message.kind === "listening") settle({ kind: "listening" });
          if (message.kind === "refused") settle({ kind: "refused", releases: message.releases });
          if (message.kind === "wantMetrics")
            void collectMetrics(live).then((text) =>
              tell(worker, { kind: "metricsText", id: message.id, text }),
            );
        });
      });
    },
    adopt(worker) {
      live.add(worker);
      starting.delete(worker);
      // One that comes back from standby is watched already.
      if (bornAtMs.has(worker)) return;
      const sinceMs = Date.now();
      bornAtMs.set(worker, sinceMs);
      const onExit = (code: number | null, signal: string | null) => {
        bornAtMs.delete(worker);
        standby.delete(worker);
        o.onEnded(worker.process.pid!);
        if (live.delete(worker)) o.onLost({ code, signal, livedMs: Date.now() - sinceMs });
      };
      if (worker.isDead()) onExit(null, null);
      else worker.on("exit", onExit);
    },
    park(worker) {
      live.delete(worker);
      if (worker.isDead()) return;
      standby.add(worker);
      tell(worker, { kind: "standBy" });
    },
    resume(worker, documents) {
      if (!standby.delete(worker) || !worker.isConnected()) return Promise.resolve(false);
      return new Promise((resolve) => {
        const settle = (isListening: boolean) => {
          clearTimeout(timer);
          worker.off("message", onMessage);
          worker.off("exit", onExit);
          if (!isListening) retire(worker);
          resolve(isListening);
        };
        const onMessage = (message: FromReplica) => {
          if (message.kind === "resumed") settle(true);
        };
        const onExit = () => settle(false);
        const timer = setTimeout(() => settle(false), RESUME_MAX_MS);
        worker.on("message", onMessage);
        worker.on("exit", onExit);
        tell(worker, { kind: "resume", documents, states: o.listRefusals() });
      });
    },
    async end() {
      for (const worker of Object.values(cluster.workers ?? {})) if (worker !== undefined) retire(worker);
      const deadlineMs = Date.now() + KILL_AFTER_MS + 1_000;
      while (Object.keys(cluster.workers ?? {}).length > 0 && Date.now() < deadlineMs)
        await new Promise((resolve) => setTimeout(resolve, 50));
    },
  };
}
