import { AliasName, type AliasPolicy } from "@shortlist/contracts";
import type { Tx } from "@shortlist/db";
import { AppError, toFieldProblems } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { noteChange } from "../audit/noteService";
import { checkApproval, decideAliasMove, describePolicyChange, findAliasAt } from "./aliasDecide";
import {
  findAliasRow,
  listMoveRows,
  listOpenRequestRows,
  lockModel,
  readAliasPolicy,
} from "./aliasRepository";
import { listAliasCounts } from "./repository";

type Ctx = Pick<AppContext, "db" | "now">;

export interface AliasMoveRequest {
  readonly model: string;
  readonly alias: string;
  /** Null takes the alias away. */
  readonly version: number | null;
  readonly reason: string;
  readonly actor: string;
  readonly mayMoveProtected: boolean;
}

export type AliasMoveOutcome =
  | { readonly outcome: "moved" | "none"; readonly alias: string; readonly requestId: null }
  | { readonly outcome: "asked"; readonly alias: string; readonly requestId: string };

/** Moves an alias, or records that it is asked for where a second person has to agree. Its history is only added to. */
export function moveAlias(
  ctx: Ctx,
  workspaceId: string,
  request: AliasMoveRequest,
): Promise<AliasMoveOutcome> {
  const alias = parseAlias(request.alias);
  return ctx.db.$transaction(async (tx): Promise<AliasMoveOutcome> => {
    const target = await getTarget(tx, workspaceId, request);
    const current = await findAliasRow(tx, workspaceId, { model: request.model, alias });
    const policy = await readAliasPolicy(tx, workspaceId);
    const decision = decideAliasMove(policy, {
      ...request,
      alias,
      current: current?.version.version ?? null,
      wanted: request.version,
    });
    if (decision === "none") return { outcome: "none", alias, requestId: null };
    if (decision === "ask") {
      const { id } = await tx.modelAliasRequest.create({
        data: {
          workspaceId,
          modelName: request.model,
          alias,
          version: request.version,
          reason: request.reason,
          requestedBy: request.actor,
          createdAt: ctx.now(),
        },
      });
      return { outcome: "asked", alias, requestId: id };
    }
    await writeMove(tx, workspaceId, {
      ...request,
      ...target,
      alias,
      fromVersion: current?.version.version ?? null,
      approvedBy: null,
      at: ctx.now(),
    });
    return { outcome: "moved", alias, requestId: null };
  });
}

/** A second person's yes or no to a move that was asked for. */
export function decideAliasRequest(
  ctx: Ctx,
  workspaceId: string,
  o: { id: string; isApproved: boolean; actor: string; mayMoveProtected: boolean },
): Promise<{ model: string; alias: string; version: number | null }> {
  return ctx.db.$transaction(async (tx) => {
    const request = await tx.modelAliasRequest.findFirst({ where: { id: o.id, workspaceId } });
    if (request === null)
      throw new AppError("not_found", `no alias request ${o.id}`, {
        publicDetail: "There is no such request",
      });
    checkApproval(request, o);
    const { modelName: model, alias, version } = request;
    const taken = await tx.modelAliasRequest.updateMany({
      where: { id: o.id, decidedAt: null },
      data: {
        decidedAt: ctx.now(),
        decidedBy: o.actor,
        decision: o.isApproved ? "approved" : "declined",
      },
    });
    if (taken.count === 0)
      throw new AppError("conflict", "decided at the same time", {
        publicDetail: "This request was decided before",
      });
    if (o.isApproved) {
      const target = await getTarget(tx, workspaceId, { model, version });
      const current = await findAliasRow(tx, workspaceId, { model, alias });
      await writeMove(tx, workspaceId, {
        ...target,
        alias,
        version,
        fromVersion: current?.version.version ?? null,
        reason: request.reason,
        actor: request.requestedBy,
        approvedBy: o.actor,
        at: ctx.now(),
      });
    }
    return { model, alias, version };
  });
}

/** Every move of a model's aliases, newest first, and what waits for a second person. */
export async function getAliasHistory(ctx: Ctx, workspaceId: string, model: string) {
  const [moves, requests, policy] = await Promise.all([
    listMoveRows(ctx.db, workspaceId, { model }),
    listOpenRequestRows(ctx.db, workspaceId, model),
    readAliasPolicy(ctx.db, workspaceId),
  ]);
  return {
    policy,
    moves: moves.reverse().map(({ workspaceId: _own, modelId: _model, ...move }) => move),
    requests: requests.map(({ id, alias, version, reason, requestedBy, createdAt }) => ({
      id,
      alias,
      version,
      reason,
      requestedBy,
      createdAt,
    })),
  };
}

/** Moves of all models' aliases that wait for a second person, oldest first. */
export async function listAliasRequests(ctx: Ctx, workspaceId: string) {
  const rows = await listOpenRequestRows(ctx.db, workspaceId);
  return rows.map(({ id, modelName, alias, version, reason, requestedBy, createdAt }) => ({
    id,
    modelName,
    alias,
    version,
    reason,
    requestedBy,
    createdAt,
  }));
}

/** What an alias points at, or pointed at: "what was champion on 3 May". */
export async function getAliasVersion(
  ctx: Ctx,
  workspaceId: string,
  o: { model: string; alias: string; at: Date | null },
): Promise<{ model: string; alias: string; version: number; ref: string }> {
  const alias = parseAlias(o.alias);
  const version =
    o.at === null
      ? ((await findAliasRow(ctx.db, workspaceId, { model: o.model, alias }))?.version.version ?? null)
      : findAliasAt(
          (await listMoveRows(ctx.db, workspaceId, { model: o.model, alias })).map((move) => ({
            ...move,
            at: move.createdAt,
          })),
          o.at,
        );
  if (version === null)
    throw new AppError("not_found", `${o.model} has no alias ${alias}`, {
      publicDetail:
        o.at === null
          ? `No version of ${o.model} is ${alias}`
          : `No version of ${o.model} was ${alias} at ${o.at.toISOString()}`,
    });
  return { model: o.model, alias, version, ref: `${o.model}@${version}` };
}

/** `name@3`, `name@champion`, or a bare name for its newest version. Throws `not_found` saying what is not there. */
export async function resolveVersion(
  ctx: Ctx,
  workspaceId: string,
  ref: string,
): Promise<{ name: string; version: number }> {
  const at = ref.lastIndexOf("@");
  const [name, wanted] = at < 0 ? [ref, null] : [ref.slice(0, at), ref.slice(at + 1)];
  if (wanted !== null && !/^v?\d+$/i.test(wanted)) {
    const { version } = await getAliasVersion(ctx, workspaceId, { model: name, alias: wanted, at: null });
    return { name, version };
  }
  const number = wanted === null ? null : Number(wanted.replace(/^v/i, ""));
  const row = await ctx.db.modelVersion.findFirst({
    where: { workspaceId, model: { name }, ...(number === null ? {} : { version: number }) },
    orderBy: { version: "desc" },
    select: { version: true },
  });
  if (row === null)
    throw new AppError("not_found", `no ${ref}`, { publicDetail: `There is no version ${ref}` });
  return { name, version: row.version };
}

/** Who may move which alias, and what hangs on it: where the names are in use, and what waits for a second person. */
export async function getAliasPolicy(ctx: Ctx, workspaceId: string) {
  const [policy, counts, requests] = await Promise.all([
    readAliasPolicy(ctx.db, workspaceId),
    listAliasCounts(ctx.db, workspaceId),
    listOpenRequestRows(ctx.db, workspaceId),
  ]);
  return {
    policy,
    inUse: counts.map(({ alias, _count }) => ({ alias, nModels: _count })),
    nWaiting: requests.length,
  };
}

/** Says who may move which alias. What waits for a second person goes on waiting, whatever the new policy is. */
export async function setAliasPolicy(
  ctx: Ctx,
  workspaceId: string,
  { policy, reason, actor }: { policy: AliasPolicy; reason: string; actor: string },
): Promise<void> {
  const after = { ...policy, protected: [...new Set(policy.protected)] };
  await ctx.db.$transaction(async (tx) => {
    // Two changes at once come one after the other, so that each is noted against what was there.
    await tx.$queryRaw`SELECT id FROM "Workspace" WHERE id = ${workspaceId} FOR UPDATE`;
    const what = describePolicyChange(await readAliasPolicy(tx, workspaceId), after);
    if (what === null) return;
    await tx.workspace.update({ where: { id: workspaceId }, data: { aliasPolicy: after } });
    await noteChange(tx, workspaceId, { kind: "alias", actor, what, reason, path: "/settings/aliases" });
  });
}

function parseAlias(raw: string): string {
  const parsed = AliasName.safeParse(raw);
  if (parsed.success) return parsed.data;
  const fields = toFieldProblems(parsed.error.issues).map(({ problem }) => ({ field: "alias", problem }));
  throw new AppError("invalid_request", `alias ${raw}`, { publicDetail: fields[0]!.problem, fields });
}

async function getTarget(
  tx: Tx,
  workspaceId: string,
  o: { model: string; version: number | null },
): Promise<{ modelId: string; versionId: string | null }> {
  const model = await lockModel(tx, workspaceId, o.model);
  if (model === null)
    throw new AppError("not_found", `no model ${o.model}`, {
      publicDetail: `There is no model ${o.model}`,
    });
  if (o.version === null) return { modelId: model.id, versionId: null };
  const version = await tx.modelVersion.findUnique({
    where: { modelId_version: { modelId: model.id, version: o.version } },
    select: { id: true },
  });
  if (version === null)
    throw new AppError("not_found", `no version ${o.version} of ${o.model}`, {
      publicDetail: `There is no version ${o.version} of ${o.model}`,
    });
  return { modelId: model.id, versionId: version.id };
}

async function writeMove(
  tx: Tx,
  workspaceId: string,
  o: {
    modelId: string;
    versionId: string | null;
    alias: string;
    fromVersion: number | null;
    version: number | null;
    reason: string;
    actor: string;
    approvedBy: string | null;
    at: Date;
  },
): Promise<void> {
  const { modelId, alias, versionId } = o;
  const key = { modelId_alias: { modelId, alias } };
  if (versionId === null) await tx.modelAlias.deleteMany({ where: { modelId, alias } });
  else
    await tx.modelAlias.upsert({
      where: key,
      create: { workspaceId, modelId, alias, versionId },
      update: { versionId },
    });
  await tx.modelAliasMove.create({
    data: {
      workspaceId,
      modelId,
      alias,
      fromVersion: o.fromVersion,
      toVersion: o.version,
      reason: o.reason,
      actor: o.actor,
      approvedBy: o.approvedBy,
      createdAt: o.at,
    },
  });
}
