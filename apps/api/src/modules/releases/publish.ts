import { type ArtifactRef, type HeldSettings, Release } from "@shortlist/contracts";
import type { Tx } from "@shortlist/db";
import { AppError, computeReleaseId, withDeadline } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { endRolloutFor, findRunningRollout, requireNoRollout } from "../rollouts/liveService";
import { storeHeldSettings } from "../surfaces/liveService";
import { bumpControlRevision, readControlDocument, toReleaseText, writeControlDocument } from "./control";
import { decideActivation, type ReleaseBody } from "./decide";

export type ControlCtx = Pick<AppContext, "db" | "redis" | "env" | "logger">;
export type PublishCtx = ControlCtx & Pick<AppContext, "artifacts" | "now">;

/** A Redis that took the call and does not answer must not hold up whoever rolls back, nor the rounds after this one. */
const REDIS_DEADLINE_MS = 5_000;

/**
 * Sends the workspace's document to Redis. The database already holds the change, so a Redis that is away is no
 * failure of the caller: the periodic republishing brings it later.
 */
export async function publishControlDocument(ctx: ControlCtx, workspaceId: string): Promise<boolean> {
  try {
    const document = await readControlDocument(ctx.db, workspaceId, ctx.env.SERVICE_KEY);
    return await withDeadline(writeControlDocument(ctx.redis, document), REDIS_DEADLINE_MS);
  } catch (error) {
    ctx.logger.warn(
      { err: error, workspaceId },
      "the control document could not be published; it will be again",
    );
    return false;
  }
}

/** All workspaces' documents; at start and every 30 s, so that an emptied Redis heals by itself. */
export async function republishAll(ctx: ControlCtx): Promise<number> {
  const workspaces = await ctx.db.workspace.findMany({ select: { id: true } });
  let written = 0;
  for (const { id } of workspaces) if (await publishControlDocument(ctx, id)) written++;
  return written;
}

export interface ReleaseRequest {
  readonly workspaceId: string;
  readonly createdBy: string;
  readonly note: string;
  readonly body: ReleaseBody;
  /**
   * `current`: shoppers get it at once; refused while a rollout runs. `current_or_kept`: kept for later then, for what
   * publishes by itself. `candidate`: only made, for a rollout to bring to shoppers.
   */
  readonly use?: "current" | "current_or_kept" | "candidate";
  /** Settings that only a candidate was made with. */
  readonly heldSettings?: HeldSettings;
  /** Part of publishing: what it writes stands or falls with the release. The workspace is locked. */
  readonly alongside?: (tx: Tx, o: { currentReleaseId: string | null }) => Promise<void>;
}

/** Numbers, hashes and stores a release, and makes it current unless it is to be used otherwise. The workspace's row lock makes numbers gapless. */
export async function publishRelease(ctx: PublishCtx, request: ReleaseRequest): Promise<Release> {
  const { workspaceId, createdBy, note, body, use = "current" } = request;
  const release = await ctx.db.$transaction(async (tx) => {
    const workspace = await lockWorkspace(tx, workspaceId);
    await request.alongside?.(tx, workspace);
    if (use === "current") await requireNoRollout(tx, workspaceId);
    const last = await tx.release.findFirst({
      where: { workspaceId },
      orderBy: { number: "desc" },
      select: { number: true },
    });
    const content = {
      schemaVersion: 1 as const,
      workspace: workspace.slug,
      number: (last?.number ?? 0) + 1,
      createdAt: ctx.now().toISOString(),
      createdBy,
      note,
      ...body,
    };
    // Hashed as a reader will parse it back, so that the id of the text and of the parsed object agree.
    const plain = JSON.parse(JSON.stringify(content)) as typeof content;
    const made = Release.parse({ ...plain, releaseId: computeReleaseId(plain) });
    const artifactSha256 = await ctx.artifacts.put(new TextEncoder().encode(toReleaseText(made)));
    await tx.release.create({
      data: {
        id: made.releaseId,
        workspaceId,
        number: made.number,
        content: made,
        artifactSha256,
        ...(request.heldSettings === undefined ? {} : { heldSettings: request.heldSettings }),
        note,
        createdBy,
      },
    });
    const isKept = use === "current_or_kept" && (await findRunningRollout(tx, workspaceId)) !== null;
    if (use === "candidate" || isKept) return made;
    await makeReleaseCurrent(tx, {
      workspaceId,
      releaseId: made.releaseId,
      action: "publish",
      actor: createdBy,
      reason: note,
      at: ctx.now(),
    });
    await bumpControlRevision(tx, workspaceId);
    return made;
  });
  await publishControlDocument(ctx, workspaceId);
  return release;
}

/**
 * Makes an existing release current: rolling back and forward is moving a pointer (M5). It ends a rollout that runs,
 * because there would be nothing left to compare its candidate with.
 */
export async function activateRelease(
  ctx: ControlCtx & Pick<AppContext, "now">,
  o: { workspaceId: string; number: number; reason: string; actor: string },
): Promise<{ releaseId: string; number: number; action: "publish" | "rollback" | "none" }> {
  const outcome = await ctx.db.$transaction(async (tx) => {
    const workspace = await lockWorkspace(tx, o.workspaceId);
    const target = await tx.release.findUnique({
      where: { workspaceId_number: { workspaceId: o.workspaceId, number: o.number } },
    });
    if (target === null)
      throw new AppError("not_found", `no release ${o.number}`, {
        publicDetail: `There is no release ${o.number} in this workspace`,
      });
    const action = decideActivation({ current: workspace.currentNumber, target: o.number });
    if (action === "none") return { releaseId: target.id, number: target.number, action };
    const { workspaceId, actor, reason } = o;
    await makeReleaseCurrent(tx, { workspaceId, releaseId: target.id, action, actor, reason, at: ctx.now() });
    const controlRevision = await bumpControlRevision(tx, workspaceId);
    await endRolloutFor(tx, workspaceId, {
      actor,
      reason: `release ${target.number} was made current: ${reason}`,
      at: ctx.now(),
      controlRevision,
    });
    return { releaseId: target.id, number: target.number, action };
  });
  await publishControlDocument(ctx, o.workspaceId);
  return outcome;
}

export function toArtifactRef(name: string, bytes: Uint8Array, sha256: string): ArtifactRef {
  return { name, sha256, bytes: bytes.length };
}

/**
 * Moves the pointer and records it. Settings that the release was the first to have are stored with it, so that the next
 * release has them too. The workspace is locked; whoever calls counts the control revision up.
 */
export async function makeReleaseCurrent(
  tx: Tx,
  o: { workspaceId: string; releaseId: string; action: string; actor: string; reason: string; at: Date },
): Promise<void> {
  const { workspaceId, releaseId, action, actor, reason, at } = o;
  const release = await tx.release.findUniqueOrThrow({
    where: { id: releaseId },
    select: { heldSettings: true, _count: { select: { activations: true } } },
  });
  if (release.heldSettings !== null && release._count.activations === 0)
    await storeHeldSettings(tx, workspaceId, { held: release.heldSettings, actor, reason, at });
  await tx.releaseActivation.create({ data: { workspaceId, releaseId, action, actor, reason } });
  await tx.workspace.update({ where: { id: o.workspaceId }, data: { currentReleaseId: o.releaseId } });
}

async function lockWorkspace(
  tx: Tx,
  id: string,
): Promise<{ slug: string; currentNumber: number | null; currentReleaseId: string | null }> {
  await tx.$queryRaw`SELECT id FROM "Workspace" WHERE id = ${id} FOR UPDATE`;
  const workspace = await tx.workspace.findUniqueOrThrow({
    where: { id },
    select: { slug: true, currentReleaseId: true, currentRelease: { select: { number: true } } },
  });
  const { slug, currentReleaseId, currentRelease } = workspace;
  return { slug, currentReleaseId, currentNumber: currentRelease?.number ?? null };
}
