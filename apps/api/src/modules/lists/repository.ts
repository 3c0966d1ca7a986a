import type { Db } from "@shortlist/db";

export type ListRunRow = NonNullable<Awaited<ReturnType<typeof findRunRow>>>;

export interface NewListRun {
  readonly jobId: string;
  readonly surface: string;
  readonly releaseId: string;
  readonly eventsUntil: Date;
  readonly eventsSince: Date | null;
  readonly startedAt: Date;
}

export interface ListProgress {
  readonly after: string;
  readonly done: number;
  readonly written: number;
  readonly renewed: number;
  readonly bytes: number;
  readonly skipped: Readonly<Record<string, number>>;
}

export function findRunRow(db: Db, workspaceId: string, jobId: string) {
  return db.listRun.findFirst({ where: { workspaceId, jobId } });
}

/** The last run of a surface that came to its end. */
export function findLastRunRow(db: Db, workspaceId: string, surface: string) {
  return db.listRun.findFirst({
    where: { workspaceId, surface, endedAt: { not: null } },
    orderBy: { startedAt: "desc" },
  });
}

/** Begins the run of a job, or begins it anew: nothing is done yet. */
export function replaceRunRow(db: Db, workspaceId: string, run: NewListRun) {
  const fresh = {
    ...run,
    total: 0,
    after: "",
    done: 0,
    written: 0,
    renewed: 0,
    bytes: 0,
    skipped: {},
    endedAt: null,
  };
  return db.listRun.upsert({
    where: { jobId: run.jobId, workspaceId },
    create: { workspaceId, ...fresh },
    update: fresh,
  });
}

export async function updateRunRow(
  db: Db,
  { id, workspaceId }: { readonly id: string; readonly workspaceId: string },
  change: (Partial<ListProgress> & { total?: number }) | { endedAt: Date },
): Promise<void> {
  await db.listRun.update({ where: { id, workspaceId }, data: change });
}

/** The newest job of a surface, whatever became of it. */
export function findLatestJobRow(db: Pick<Db, "job">, workspaceId: string, surface: string) {
  return db.job.findFirst({
    where: { workspaceId, name: "lists.precompute", payload: { path: ["surface"], equals: surface } },
    orderBy: { createdAt: "desc" },
    select: { id: true, state: true, progressPct: true, step: true, error: true, createdAt: true },
  });
}
