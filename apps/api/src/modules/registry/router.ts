import { AliasPolicy, isAllowed } from "@shortlist/contracts";
import * as z from "zod";
import { router, workspaceProcedure } from "../../trpc/init";
import {
  decideAliasRequest,
  getAliasHistory,
  getAliasPolicy,
  listAliasRequests,
  moveAlias,
  setAliasPolicy,
} from "./aliasService";
import { getGoldenRows, runGoldenRows, scoreRow } from "./goldenService";
import { deleteVersion, setArchived } from "./keepService";
import { compareModelVersions, getLineage } from "./lineageService";
import { RegisterInput } from "./registerInput";
import { registerModelVersion } from "./registerService";
import { getModel, getModelVersion, listModels, listSearchTerms, searchVersions } from "./service";
import { setTag } from "./tagService";

const Name = z.string().max(128);
const VersionAt = z.object({ name: Name, version: z.int().min(1) });
const DONE = { done: true } as const;
const mayMoveProtected = (role: Parameters<typeof isAllowed>[0]) => isAllowed(role, "alias:protected");

export const modelsRouter = router({
  list: workspaceProcedure("workspace:read").query(({ ctx }) => listModels(ctx.app, ctx.workspace.id)),
  get: workspaceProcedure("workspace:read")
    .input(z.object({ name: Name }))
    .query(({ ctx, input }) => getModel(ctx.app, ctx.workspace.id, input.name)),
  version: workspaceProcedure("workspace:read")
    .input(VersionAt)
    .query(({ ctx, input }) => getModelVersion(ctx.app, ctx.workspace.id, input)),
  lineage: workspaceProcedure("workspace:read")
    .input(VersionAt)
    .query(({ ctx, input }) => getLineage(ctx.app, ctx.workspace.id, input)),
  search: workspaceProcedure("workspace:read")
    .input(z.object({ text: z.string().max(500) }))
    .query(({ ctx, input }) => searchVersions(ctx.app, ctx.workspace.id, input.text)),
  searchTerms: workspaceProcedure("workspace:read").query(({ ctx }) =>
    listSearchTerms(ctx.app, ctx.workspace.id),
  ),
  compare: workspaceProcedure("workspace:read")
    .input(z.object({ before: VersionAt, after: VersionAt }))
    .query(({ ctx, input }) => compareModelVersions(ctx.app, ctx.workspace.id, input)),
  aliases: workspaceProcedure("workspace:read")
    .input(z.object({ name: Name }))
    .query(({ ctx, input }) => getAliasHistory(ctx.app, ctx.workspace.id, input.name)),
  register: workspaceProcedure("model:register")
    .input(RegisterInput.extend({ name: Name }))
    .mutation(async ({ ctx, input }) => {
      const { name, ...rest } = input;
      const { modelName, version, check } = await registerModelVersion(ctx.app, {
        ...rest,
        workspaceId: ctx.workspace.id,
        modelName: name,
        jobId: null,
        createdBy: ctx.actor,
      });
      return { name: modelName, version, check };
    }),
  moveAlias: workspaceProcedure("model:register")
    .input(
      z.object({
        name: Name,
        alias: z.string().max(64),
        version: z.int().min(1).nullable(),
        reason: z.string().max(500).default(""),
      }),
    )
    .mutation(({ ctx, input: { name: model, alias, version, reason } }) =>
      moveAlias(ctx.app, ctx.workspace.id, {
        model,
        alias,
        version,
        reason,
        actor: ctx.actor,
        mayMoveProtected: mayMoveProtected(ctx.role),
      }),
    ),
  aliasRequests: workspaceProcedure("workspace:read").query(({ ctx }) =>
    listAliasRequests(ctx.app, ctx.workspace.id),
  ),
  decideAliasRequest: workspaceProcedure("alias:protected")
    .input(z.object({ id: z.uuid(), isApproved: z.boolean() }))
    .mutation(({ ctx, input }) =>
      decideAliasRequest(ctx.app, ctx.workspace.id, {
        ...input,
        actor: ctx.actor,
        mayMoveProtected: mayMoveProtected(ctx.role),
      }),
    ),
  aliasPolicy: workspaceProcedure("workspace:read").query(({ ctx }) =>
    getAliasPolicy(ctx.app, ctx.workspace.id),
  ),
  setAliasPolicy: workspaceProcedure("alias:protected")
    .input(z.object({ policy: AliasPolicy, reason: z.string().max(500).default("") }))
    .mutation(({ ctx, input }) =>
      setAliasPolicy(ctx.app, ctx.workspace.id, { ...input, actor: ctx.actor }).then(() => DONE),
    ),
  golden: workspaceProcedure("workspace:read")
    .input(VersionAt)
    .query(({ ctx, input }) => getGoldenRows(ctx.app, ctx.workspace.id, input)),
  runGolden: workspaceProcedure("model:register")
    .input(VersionAt)
    .mutation(({ ctx, input }) => runGoldenRows(ctx.app, ctx.workspace.id, input)),
  scoreRow: workspaceProcedure("model:register")
    .input(VersionAt.extend({ values: z.record(z.string().max(200), z.number()) }))
    .mutation(({ ctx, input }) => scoreRow(ctx.app, ctx.workspace.id, input)),
  setTag: workspaceProcedure("model:register")
    .input(VersionAt.extend({ key: z.string().max(100), value: z.string().max(300).nullable() }))
    .mutation(({ ctx, input }) =>
      setTag(ctx.app, ctx.workspace.id, { ...input, actor: ctx.actor }).then(() => DONE),
    ),
  setArchived: workspaceProcedure("model:delete")
    .input(VersionAt.extend({ isArchived: z.boolean() }))
    .mutation(({ ctx, input }) =>
      setArchived(ctx.app, ctx.workspace.id, { ...input, actor: ctx.actor }).then(() => DONE),
    ),
  remove: workspaceProcedure("model:delete")
    .input(VersionAt)
    .mutation(({ ctx, input }) =>
      deleteVersion(ctx.app, ctx.workspace.id, { ...input, actor: ctx.actor }).then(() => DONE),
    ),
});
