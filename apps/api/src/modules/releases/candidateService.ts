import { Release, type RolloutCandidate } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import { type ComparedRelease, diffReleases, type ReleaseDiff } from "./diffReleases";
import type { PublishCtx } from "./publish";
import { compileWithRanker, publishWithRanker } from "./rebuildService";
import { findReleaseRow } from "./repository";

export type { ReleaseDiff } from "./diffReleases";

/** A release, or what one would be. */
export type PlannedRelease = ComparedRelease & {
  readonly releaseId: string | null;
  readonly number: number | null;
};

/** The release that a rollout is to bring to shoppers: made for it, or one that is there. Nobody is served from it yet. */
export async function makeCandidate(
  ctx: PublishCtx,
  workspaceId: string,
  { candidate, createdBy, note }: { candidate: RolloutCandidate; createdBy: string; note: string },
): Promise<Release> {
  const number =
    candidate.kind === "release"
      ? candidate.number
      : (
          await publishWithRanker(ctx, {
            workspaceId,
            ranker: candidate.ranker,
            surfaces: candidate.surfaces,
            note,
            createdBy,
            use: "candidate",
          })
        ).number;
  return getRelease(ctx, workspaceId, number);
}

/** The candidate that a ranker would make, without making it: as a release that has no id or number yet. */
export async function planWithRanker(
  ctx: Pick<PublishCtx, "db" | "artifacts">,
  workspaceId: string,
  candidate: Extract<RolloutCandidate, { kind: "ranker" }>,
): Promise<PlannedRelease> {
  const { ranker, surfaces } = candidate;
  const about = { workspaceId, ranker, surfaces, note: "", createdBy: "" };
  return { releaseId: null, number: null, ...(await compileWithRanker(ctx, about)) };
}

/** @throws AppError `not_found` */
export async function getRelease(
  { db }: Pick<PublishCtx, "db">,
  workspaceId: string,
  number: number,
): Promise<Release> {
  const row = await findReleaseRow(db, workspaceId, { number });
  if (row === null)
    throw new AppError("not_found", `no release ${number}`, {
      publicDetail: `There is no release ${number} in this workspace`,
    });
  return Release.parse(row.content);
}

/** What serves now, and what another release would change. */
export async function compareWithCurrent(
  { db }: Pick<PublishCtx, "db">,
  workspaceId: string,
  candidate: ComparedRelease,
): Promise<{ current: Release; diff: ReleaseDiff }> {
  const { currentRelease } = await db.workspace.findUniqueOrThrow({
    where: { id: workspaceId },
    select: { currentRelease: { select: { content: true } } },
  });
  if (currentRelease === null)
    throw new AppError("no_release", "no current release", {
      publicDetail: "Nothing is served yet; publish a first release: shortlist train",
    });
  const current = Release.parse(currentRelease.content);
  return { current, diff: diffReleases(current, candidate) };
}

/** Of two releases by their ids, such as those of a rollout that ended long ago. */
export async function diffStoredReleases(
  { db }: Pick<PublishCtx, "db">,
  workspaceId: string,
  o: { fromId: string; toId: string },
): Promise<{ from: Release; to: Release; diff: ReleaseDiff }> {
  const [from, to] = await Promise.all(
    [o.fromId, o.toId].map(async (id) =>
      Release.parse((await findReleaseRow(db, workspaceId, { id }))?.content),
    ),
  );
  return { from: from!, to: to!, diff: diffReleases(from!, to!) };
}
