import { ItemId } from "@shortlist/contracts";
import * as z from "zod";
import { router, workspaceProcedure } from "../../trpc/init";
import { getCatalogFlow, getCatalogSummary, getItem, searchItems } from "./service";

export const catalogRouter = router({
  summary: workspaceProcedure("workspace:read").query(({ ctx }) =>
    getCatalogSummary(ctx.app, ctx.workspace.id),
  ),
  flow: workspaceProcedure("workspace:read").query(({ ctx }) => getCatalogFlow(ctx.app, ctx.workspace)),
  item: workspaceProcedure("workspace:read")
    .input(z.object({ itemId: ItemId }))
    .query(({ ctx, input }) => getItem(ctx.app, ctx.workspace.id, input.itemId)),
  search: workspaceProcedure("workspace:read")
    .input(z.object({ text: z.string().trim().min(1).max(128) }))
    .query(({ ctx, input }) => searchItems(ctx.app, ctx.workspace.id, input.text)),
});
