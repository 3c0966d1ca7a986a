import { Server as NetServer } from "node:net";
import { createLogger, openArtifactStore } from "@shortlist/platform";
import { createReplica, type Replica } from "./composition";
import { readEnv } from "./env";
import { type FromReplica, LISTEN_FAILED_CODE, type ToReplica } from "./messages";
import type { RankFeatureSet } from "./ports/rankFeatures";

const HEARTBEAT_MS = 2_000;
/** Longer than any request may take, so that draining drops none. */
const DRAIN_MAX_MS = 10_000;
/** An idle connection may be about to send: it is told to close by its next answer, or closed after this. */
const DRAIN_IDLE_MS = 2_000;
const METRICS_TIMEOUT_MS = 1_000;

const send = (message: FromReplica) => void process.send?.(message);

/** The life of one worker process: load what the supervisor says, listen or refuse, drain when told. */
export async function runReplica(options: { rankFeatures?: RankFeatureSet } = {}): Promise<void> {
  const env = readEnv();
  const logger = createLogger({ name: "serving", level: env.LOG_LEVEL });
  const fleet = createFleetMetrics();
  const replica = await createReplica({
    env,
    logger,
    store: await openArtifactStore(env.ARTIFACT_URL),
    readMetrics: async () => (await fleet.read()) ?? "",
    ...options,
  });
  const heartbeat = setInterval(() => void replica.heartbeat(), HEARTBEAT_MS);
  let isEnding = false;
  let isListening = false;
  let draining: Promise<void> | null = null;
  const end = async (code: number) => {
    clearInterval(heartbeat);
    await replica.close().catch(() => undefined);
    process.exit(code);
  };
  const drain = async () => {
    if (isEnding) return;
    isEnding = true;
    isListening = false;
    await (draining ?? drainConnections(replica, () => true));
    await end(0);
  };
  const standBy = async () => {
    isListening = false;
    // Told to serve again meanwhile, it keeps the connections it has.
    draining = drainConnections(replica, () => !isListening);
    await draining;
    if (!isListening) await replica.standBy();
  };
  const resume = async (message: Extract<ToReplica, { kind: "resume" }>) => {
    isListening = true;
    draining = null;
    replica.update(message.documents, message.states);
    replica.resume();
    await listen();
    send({ kind: "resumed" });
    await replica.heartbeat();
  };
  const listen = () =>
    new Promise<void>((resolve, reject) => {
      const { server } = replica.app;
      server.once("error", reject);
      server.listen({ host: env.SERVING_HOST, port: env.SERVING_PORT }, () => {
        server.off("error", reject);
        resolve();
      });
    });

  const start = async (message: Extract<ToReplica, { kind: "start" }>) => {
    replica.update(message.documents, message.states);
    void replica.heartbeat();
    const releases = await replica.load(message.documents);
    if (releases.some((release) => release.state === "refused")) {
      send({ kind: "refused", releases });
      await end(0);
      return;
    }
    await replica.app.listen({ host: env.SERVING_HOST, port: env.SERVING_PORT }).catch((error: unknown) => {
      logger.error({ err: error }, "the replica could not listen");
      process.exit(LISTEN_FAILED_CODE);
    });
    isListening = true;
    await replica.heartbeat();
    send({ kind: "listening", releases });
  };

  process.on("message", (message: ToReplica) => {
    switch (message.kind) {
      case "start":
        start(message).catch((error: unknown) => {
          logger.error({ err: error }, "the replica could not start");
          process.exit(1);
        });
        break;
      case "update":
        replica.update(message.documents, message.states);
        void replica.heartbeat();
        break;
      case "standBy":
        void standBy();
        break;
      case "resume":
        resume(message).catch((error: unknown) => {
          logger.error({ err: error }, "the replica could not listen again");
          process.exit(LISTEN_FAILED_CODE);
        });
        break;
      case "drain":
        void drain();
        break;
      case "collectMetrics":
        void replica.metricsJson().then((metrics) => send({ kind: "metricsJson", id: message.id, metrics }));
        break;
      case "metricsText":
        fleet.settle(message.id, message.text);
        break;
    }
  });
  // The terminal sends its signals to the whole group; the supervisor decides what they mean.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => undefined);
  process.on("disconnect", () => void drain());
  send({ kind: "hello" });
}

/**
 * Stops accepting, answers what is on its way with `connection: close`, and waits for the rest for a bounded time. What
 * is still open then is closed, if it `isWanted` by then.
 */
async function drainConnections(replica: Replica, isWanted: () => boolean): Promise<void> {
  replica.startDraining();
  const server = replica.app.server;
  // http.Server.close() would also cut idle connections, on which a client may be sending this very moment.
  const closed = new Promise<void>((resolve) => {
    NetServer.prototype.close.call(server, () => resolve());
  });
  const idle = setTimeout(() => {
    if (isWanted()) server.closeIdleConnections();
  }, DRAIN_IDLE_MS);
  const limit = new Promise<void>((resolve) => setTimeout(resolve, DRAIN_MAX_MS).unref());
  await Promise.race([closed, limit]);
  clearTimeout(idle);
  if (isWanted()) server.closeAllConnections();
}

/** A scrape reaches one process; the supervisor adds up all of them. */
function createFleetMetrics() {
  let nextId = 0;
  const waiting = new Map<number, (text: string | null) => void>();
  return {
    read: () =>
      new Promise<string | null>((resolve) => {
        const id = nextId++;
        waiting.set(id, resolve);
        send({ kind: "wantMetrics", id });
        setTimeout(() => {
          if (waiting.delete(id)) resolve(null);
        }, METRICS_TIMEOUT_MS);
      }),
    settle(id: number, text: string) {
      waiting.get(id)?.(text);
      waiting.delete(id);
    },
  };
}
