import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { RecommendResponse } from "@shortlist/contracts";

/** What every drill is held to: answers that are 200, full, clean and in time. */
export interface DrillReport {
  readonly drill: string;
  readonly requests: number;
  /** Answers other than a 200 with items. */
  readonly failures: readonly string[];
  /** Items that no shopper may see. */
  readonly violations: readonly string[];
  /** Connections that a killed process took with it; the request was sent again. */
  readonly resets: number;
  readonly rungs: readonly number[];
  readonly reasons: ReadonlySet<string>;
  readonly versions: ReadonlySet<string>;
  readonly latencyMsP50: number;
  readonly latencyMsP99: number;
  readonly latencyMsMax: number;
}

export interface DrillTarget {
  readonly port: number;
  readonly apiKey: string;
  readonly isEligible: (itemId: string) => boolean;
}

export interface DrillLoad {
  readonly clients: number;
  /** Between the answer to a client's request and its next one. */
  readonly pauseMs: number;
  /** The `i`-th body. */
  readonly body: (i: number) => object;
  /** Told of every answer, and when it was asked for. */
  readonly onAnswer?: (
    asked: { readonly body: object; readonly atMs: number },
    answer: RecommendResponse,
  ) => void;
}

export const HOME_LOAD: DrillLoad = {
  clients: 4,
  pauseMs: 10,
  body: (i) => ({
    surface: "home_feed",
    userId: `u-${i % 40}`,
    // Never the same question twice, or a cache would answer.
    context: { region: i % 3 === 0 ? "DE" : "FR", sessionItems: [`item-${(i * 7) % 300}`] },
  }),
};

/** Far beyond any budget: an answer this late is none. */
const TIMEOUT_MS = 5_000;

/** Sends requests over kept-alive connections until told to stop. */
export function startLoad(
  drill: string,
  target: DrillTarget,
  load: DrillLoad = HOME_LOAD,
): { stop(): Promise<DrillReport> } {
  const agent = new Agent({ keepAlive: true, maxSockets: load.clients });
  let isDone = false;
  let sent = 0;
  let resets = 0;
  const latencies: number[] = [];
  const failures: string[] = [];
  const violations: string[] = [];
  const rungs = [0, 0, 0, 0, 0];
  const reasons = new Set<string>();
  const versions = new Set<string>();

  const judge = (
    asked: { body: object; atMs: number },
    { status, text }: { status: number; text: string },
  ) => {
    if (status !== 200) {
      failures.push(`${status} ${text.slice(0, 200)}`);
      return;
    }
    const parsed = JSON.parse(text) as RecommendResponse;
    load.onAnswer?.(asked, parsed);
    const { items, metadata } = parsed;
    if (items.length === 0) failures.push(`empty: ${metadata.degradation.reasons.join()}`);
    for (const { itemId } of items) if (!target.isEligible(itemId)) violations.push(itemId);
    rungs[metadata.degradation.rung]!++;
    for (const reason of metadata.degradation.reasons) reasons.add(reason);
    versions.add(metadata.configVersion.split("-")[0]!);
  };

  const client = async () => {
    while (!isDone) {
      const asked = load.body(sent++);
      const body = JSON.stringify(asked);
      const startedMs = performance.now();
      for (let tries = 1; ; tries++) {
        try {
          const atMs = performance.now();
          judge({ body: asked, atMs }, await post(agent, target, body));
          break;
        } catch (error) {
          resets++;
          if (tries < 3) continue;
          failures.push(String(error));
          break;
        }
      }
      latencies.push(performance.now() - startedMs);
      await sleep(load.pauseMs);
    }
  };
  const running = Promise.all(Array.from({ length: load.clients }, client));
  return {
    async stop() {
      isDone = true;
      await running;
      agent.destroy();
      const sorted = Float64Array.from(latencies).sort();
      const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
      return {
        drill,
        requests: latencies.length,
        failures,
        violations,
        resets,
        rungs,
        reasons,
        versions,
        latencyMsP50: at(0.5),
        latencyMsP99: at(0.99),
        latencyMsMax: at(1),
      };
    },
  };
}

function post(
  agent: Agent,
  { port, apiKey }: DrillTarget,
  body: string,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sending = request(
      {
        agent,
        host: "127.0.0.1",
        port,
        path: "/v1/recommend",
        method: "POST",
        headers: {
          authorization: `Bearer ${apiKey}`,
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
        },
      },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("error", reject);
        answer.on("end", () =>
          resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString() }),
        );
      },
    );
    sending.on("error", reject);
    // A connection that the kernel took and a killed process never read: a client gives up, as every storefront does.
    sending.setTimeout(TIMEOUT_MS, () => sending.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    sending.end(body);
  });
}

/** One line per drill, for people. */
export function printReports(reports: readonly DrillReport[], budgetMs: number): void {
  const lines = reports.map((r) =>
    [
      r.drill.padEnd(44),
      String(r.requests).padStart(6),
      `${(100 * (1 - r.failures.length / Math.max(1, r.requests))).toFixed(1)} %`.padStart(8),
      String(r.violations.length).padStart(5),
      String(r.resets).padStart(7),
      r.latencyMsP50.toFixed(1).padStart(7),
      r.latencyMsP99.toFixed(1).padStart(7),
      r.latencyMsMax.toFixed(1).padStart(7),
      String(budgetMs).padStart(7),
      `  ${r.rungs.join("/")}`,
    ].join(" "),
  );
  const head = `${"drill".padEnd(44)} asked  non-empty gate  resets  p50 ms  p99 ms  max ms  budget  rungs 0/1/2/3/4`;
  process.stdout.write(`\n${head}\n${lines.join("\n")}\n`);
}
