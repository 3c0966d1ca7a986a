import type { Db, JobState } from "@shortlist/db";

/** The log can be 500 lines; lists do without it. */
const WITHOUT_LOG = { log: true } as const;

export function listJobRows(
  db: Db,
  workspaceId: string,
  filter: { states?: JobState[] | undefined; limit: number },
) {
  return db.job.findMany({
    where: { workspaceId, ...(filter.states === undefined ? {} : { state: { in: filter.states } }) },
    orderBy: { createdAt: "desc" },
    take: filter.limit,
    omit: WITHOUT_LOG,
  });
}

export function findJobRow(db: Db, workspaceId: string, id: string) {
  return db.job.findFirst({
    where: { workspaceId, id },
    include: {
      modelVersions: {
        select: { id: true, version: true, model: { select: { name: true, kind: true } } },
        orderBy: { createdAt: "asc" },
      },
    },
  });
}

/** Rows that the sweeper has to look at, over all workspaces. */
export function listOpenJobRows(db: Db) {
  return db.job.findMany({
    where: { state: { in: ["queued", "running"] } },
    orderBy: { createdAt: "asc" },
    omit: WITHOUT_LOG,
  });
}
