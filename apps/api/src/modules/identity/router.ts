import { RawShopperId, ShopperPseudonym } from "@shortlist/contracts";
import * as z from "zod";
import { router, workspaceProcedure } from "../../trpc/init";
import {
  createUnlink,
  deleteUnlink,
  getIdentitySummary,
  getShopper,
  listLinks,
  listUnlinks,
  previewUnlink,
} from "./service";

const Pair = z.object({ device: ShopperPseudonym, person: ShopperPseudonym });

export const identityRouter = router({
  summary: workspaceProcedure("workspace:read").query(({ ctx }) =>
    getIdentitySummary(ctx.app, ctx.workspace),
  ),
  links: workspaceProcedure("workspace:read")
    .input(z.object({ shopper: ShopperPseudonym.optional(), onlyShared: z.boolean().optional() }))
    .query(({ ctx, input }) => listLinks(ctx.app, ctx.workspace, input)),
  /** A mutation, so that the raw id travels in a body and never in an address that proxies log. */
  find: workspaceProcedure("identity:manage")
    .input(z.object({ kind: z.enum(["user", "anonymous"]), rawId: RawShopperId }))
    .mutation(({ ctx, input }) => getShopper(ctx.app, ctx.workspace, input)),
  previewUnlink: workspaceProcedure("identity:manage")
    .input(Pair)
    .query(({ ctx, input }) => previewUnlink(ctx.app, ctx.workspace, input)),
  unlinks: workspaceProcedure("workspace:read").query(({ ctx }) => listUnlinks(ctx.app, ctx.workspace.id)),
  unlink: workspaceProcedure("identity:manage")
    .input(Pair.extend({ reason: z.string().trim().min(1, "say why").max(300) }))
    .mutation(({ ctx, input }) => createUnlink(ctx.app, ctx.workspace, { ...input, actor: ctx.actor })),
  undoUnlink: workspaceProcedure("identity:manage")
    .input(z.object({ id: z.string().max(64) }))
    .mutation(async ({ ctx, input }) => {
      await deleteUnlink(ctx.app, ctx.workspace.id, { id: input.id, actor: ctx.actor });
      return { id: input.id };
    }),
});
