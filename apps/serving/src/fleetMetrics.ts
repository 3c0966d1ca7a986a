import type { Worker } from "node:cluster";
import { AggregatorRegistry } from "prom-client";
import type { FromReplica, ToReplica } from "./messages";

/** A replica that does not answer within this is left out of the scrape. */
const METRICS_WAIT_MS = 500;

/** Metrics of all given processes added up: a scrape reaches one of them and means all. */
export async function collectMetrics(workers: ReadonlySet<Worker>): Promise<string> {
  const asked = [...workers].map(
    (worker) =>
      new Promise<object[] | null>((resolve) => {
        const id = Math.floor(Math.random() * 1e9);
        const onMessage = (message: FromReplica) => {
          if (message.kind === "metricsJson" && message.id === id) settle(message.metrics);
        };
        const settle = (metrics: object[] | null) => {
          worker.off("message", onMessage);
          clearTimeout(timer);
          resolve(metrics);
        };
        const timer = setTimeout(() => settle(null), METRICS_WAIT_MS);
        worker.on("message", onMessage);
        if (worker.isConnected()) worker.send({ kind: "collectMetrics", id } satisfies ToReplica);
        else settle(null);
      }),
  );
  const collected = (await Promise.all(asked)).filter((metrics) => metrics !== null);
  return AggregatorRegistry.aggregate(collected).metrics();
}
