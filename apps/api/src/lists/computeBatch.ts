import {
  type ListSkipReason,
  PRECOMPUTE_SHOPPERS_MAX,
  type PrecomputeRequest,
  PrecomputeResponse,
  type Surface,
} from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import { decideWaitMs } from "../modules/lists/decide";

export interface BatchPorts {
  readonly call: (body: PrecomputeRequest) => Promise<unknown>;
  readonly sleep: (ms: number) => Promise<unknown>;
  /** In [0, 1). */
  readonly random: () => number;
  /** Says what is waited for. */
  readonly waits: (why: string) => void;
  /** Whether the release of the run is still the current one. */
  readonly isCurrent: () => Promise<boolean>;
}

export interface BatchResult {
  readonly written: number;
  readonly bytes: number;
  readonly skipped: Readonly<Record<string, number>>;
}

/** The run has to begin anew with the release that was published meanwhile. */
export class ReleaseChanged extends Error {
  override readonly name = "ReleaseChanged";
}

const AGAIN: ReadonlySet<ListSkipReason> = new Set(["busy", "state_away"]);
const WAITABLE: ReadonlySet<string> = new Set(["dependency_down", "no_release", "rate_limited"]);

/**
 * Has the lists of some shoppers computed, however long it takes: a replica that is down, busy, or still serves the
 * release before is waited for and asked again, about those who are left.
 */
export async function computeBatch(
  o: { surface: Surface; releaseId: string; shoppers: readonly string[] },
  ports: BatchPorts,
): Promise<BatchResult> {
  let left = [...o.shoppers];
  let tries = 0;
  let written = 0;
  let bytes = 0;
  const skipped: Record<string, number> = {};
  const wait = async (why: string) => {
    if (!(await ports.isCurrent())) throw new ReleaseChanged("another release is current");
    ports.waits(why);
    await ports.sleep(decideWaitMs(tries++, ports.random()));
  };
  while (left.length > 0) {
    const asked = left.slice(0, PRECOMPUTE_SHOPPERS_MAX);
    const answer = await callOrWhy({ surface: o.surface, shoppers: asked }, ports);
    if (typeof answer === "string") {
      await wait(answer);
      continue;
    }
    if (answer.releaseId !== o.releaseId) {
      await wait("serving has not loaded the current release yet: waiting");
      continue;
    }
    written += answer.written;
    bytes += answer.bytes;
    const again: string[] = [];
    for (const { shopper, reason } of answer.skipped)
      if (AGAIN.has(reason)) again.push(shopper);
      else skipped[reason] = (skipped[reason] ?? 0) + 1;
    left = [...left.slice(asked.length), ...again];
    if (again.length < asked.length) tries = 0;
    if (again.length > 0) await wait("serving is busy with shoppers: waiting");
  }
  return { written, bytes, skipped };
}

/** The answer, or what is to be waited for. What is wrong with the call itself is thrown. */
async function callOrWhy(body: PrecomputeRequest, ports: BatchPorts): Promise<PrecomputeResponse | string> {
  try {
    return PrecomputeResponse.parse(await ports.call(body));
  } catch (error) {
    if (!(error instanceof AppError) || !WAITABLE.has(error.code)) throw error;
    return `${error.publicDetail ?? error.message}: waiting`;
  }
}
