import type { Db } from "@shortlist/db";

/** The attempt is the fence: a worker that was thought dead cannot write over the attempt that followed. */
export interface Claim {
  readonly id: string;
  readonly name: string;
  readonly attempt: number;
  readonly log: readonly string[];
}

/** Takes a waiting job for this worker; null when another has it or it is over. One statement, so only one wins. */
export async function claimJob(db: Db, id: string, now: Date): Promise<Claim | null> {
  const [row] = await db.job.updateManyAndReturn({
    where: { id, state: "queued" },
    data: {
      state: "running",
      startedAt: now,
      heartbeatAt: now,
      attempts: { increment: 1 },
      step: "starting",
      // Why an earlier attempt ended stands in the log.
      error: null,
      progressPct: 0,
    },
  });
  return row === undefined ? null : { id: row.id, name: row.name, attempt: row.attempts, log: row.log };
}

export interface Pulse {
  readonly progressPct: number;
  readonly step: string;
  readonly log: readonly string[];
}

export type Standing = "ours" | "cancelled" | "taken";

/** Writes heartbeat and progress; says whether the run should go on. */
export async function pulse(db: Db, claim: Claim, o: Pulse & { now: Date }): Promise<Standing> {
  const [row] = await db.job.updateManyAndReturn({
    where: { id: claim.id, state: "running", attempts: claim.attempt },
    data: { heartbeatAt: o.now, progressPct: o.progressPct, step: o.step, log: [...o.log] },
    select: { cancelRequestedAt: true },
  });
  if (row === undefined) return "taken";
  return row.cancelRequestedAt === null ? "ours" : "cancelled";
}

export type Ending =
  | { readonly state: "succeeded"; readonly result: object }
  | { readonly state: "failed"; readonly error: string }
  | { readonly state: "cancelled" }
  | { readonly state: "queued"; readonly error: string };

/** Writes how an attempt ended; false when the attempt is no longer the current one. */
export async function endAttempt(
  db: Db,
  claim: Claim,
  o: { ending: Ending; log: readonly string[]; now: Date },
): Promise<boolean> {
  const { ending, now } = o;
  const over = { endedAt: now, heartbeatAt: now };
  const data = {
    succeeded: () => ({ ...over, progressPct: 100, step: "done", error: null }),
    failed: () => ({ ...over, step: "failed" }),
    cancelled: () => ({ ...over, step: "cancelled" }),
    queued: () => ({
      startedAt: null,
      heartbeatAt: null,
      progressPct: 0,
      step: "waiting for another attempt",
    }),
  }[ending.state]();
  const { count } = await db.job.updateMany({
    where: { id: claim.id, state: "running", attempts: claim.attempt },
    data: {
      ...data,
      state: ending.state,
      log: [...o.log],
      ...("result" in ending ? { result: ending.result } : {}),
      ...("error" in ending ? { error: ending.error } : {}),
    },
  });
  return count === 1;
}
