import type { CandidateSourceName, ControlDocument } from "@shortlist/contracts";
import { createLogger, openArtifactStore } from "@shortlist/platform";
import { createReplica } from "../composition";
import { readEnv } from "../env";
import type { CandidateSource } from "../ports/candidateSource";
import type { Ranker } from "../ports/ranker";
import type { LoadedRelease } from "../release/loadedRelease";

/** What is wrong with a replica at the moment. */
export interface Fault {
  readonly source?: CandidateSourceName;
  /** `slow` never answers. */
  readonly how?: "down" | "slow";
  readonly ranker?: "nan" | "down";
  /** Added to the machine's clock. */
  readonly clockOffsetMs?: number;
}

export type ToFaultServer =
  | { readonly kind: "start"; readonly document: ControlDocument; readonly port: number }
  | { readonly kind: "fault"; readonly fault: Fault };
export type FromFaultServer =
  | { readonly kind: "listening"; readonly sources: readonly CandidateSourceName[] }
  | { readonly kind: "done" };

// One replica in a process of its own whose parts fail when told to, for drills.
let fault: Fault = {};

function breakSource(source: CandidateSource): CandidateSource {
  return {
    ...source,
    retrieve(query, quota, out) {
      if (fault.source !== source.name) return source.retrieve(query, quota, out);
      if (fault.how === "slow") return new Promise(() => undefined);
      throw new Error("switched off by the drill");
    },
  };
}

function breakRanker(ranker: Ranker): Ranker {
  return {
    ...ranker,
    async score(features, count, out) {
      if (fault.ranker === "down") throw new Error("switched off by the drill");
      if (fault.ranker === "nan") out.fill(Number.NaN, 0, count);
      else await ranker.score(features, count, out);
    },
  };
}

const breakRelease = (loaded: LoadedRelease): LoadedRelease => ({
  ...loaded,
  sources: new Map([...loaded.sources].map(([name, source]) => [name, breakSource(source)])),
  rankers: new Map([...loaded.rankers].map(([ref, ranker]) => [ref, breakRanker(ranker)])),
});

async function start({ document, port }: Extract<ToFaultServer, { kind: "start" }>): Promise<void> {
  const env = readEnv();
  const replica = await createReplica({
    env,
    logger: createLogger({ name: "drill", level: env.LOG_LEVEL }),
    store: await openArtifactStore(env.ARTIFACT_URL),
    alter: breakRelease,
    wallClock: () => Date.now() + (fault.clockOffsetMs ?? 0),
  });
  const [state] = await replica.load([document]);
  if (state?.state !== "serving") throw new Error(state?.reason ?? "not loaded");
  setInterval(() => void replica.heartbeat(), 500);
  await replica.app.listen({ host: "127.0.0.1", port });
  const sources = [...replica.served.get(document.workspace)!.stable.loaded.sources.keys()];
  process.send?.({ kind: "listening", sources } satisfies FromFaultServer);
}

process.on("message", (message: ToFaultServer) => {
  if (message.kind === "fault") {
    fault = message.fault;
    process.send?.({ kind: "done" } satisfies FromFaultServer);
    return;
  }
  start(message).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  });
});
process.on("disconnect", () => process.exit(0));
