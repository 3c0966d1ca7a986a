import { ItemId, RECENT_SLATES_MAX, RequestId } from "@shortlist/contracts";
import * as z from "zod";
import { router, workspaceProcedure } from "../../trpc/init";
import { getExposure, getServedItem } from "./itemService";
import { compareRequest, explainAbsence, replayRequest } from "./replayService";
import { explainRequest, listRecentRequests } from "./service";

export const explainRouter = router({
  recent: workspaceProcedure("request:read")
    .input(z.object({ limit: z.int().min(1).max(RECENT_SLATES_MAX).default(50) }))
    .query(({ ctx, input }) => listRecentRequests(ctx.app, ctx.workspace, input.limit)),
  get: workspaceProcedure("request:read")
    .input(z.object({ requestId: RequestId }))
    .query(({ ctx, input }) => explainRequest(ctx.app, ctx.workspace, input.requestId)),
  replay: workspaceProcedure("request:read")
    .input(z.object({ requestId: RequestId }))
    .query(({ ctx, input }) => replayRequest(ctx.app, ctx.workspace, input.requestId)),
  whyNot: workspaceProcedure("request:read")
    .input(z.object({ requestId: RequestId, itemId: ItemId }))
    .query(({ ctx, input }) => explainAbsence(ctx.app, ctx.workspace, input)),
  compare: workspaceProcedure("request:read")
    .input(
      z.object({
        requestId: RequestId,
        model: z.object({ name: z.string().max(128), version: z.int().min(1) }),
      }),
    )
    .query(({ ctx, input }) => compareRequest(ctx.app, ctx.workspace, input)),
  servedItem: workspaceProcedure("request:read")
    .input(z.object({ itemId: ItemId }))
    .query(({ ctx, input }) => getServedItem(ctx.app, ctx.workspace, input.itemId)),
  exposure: workspaceProcedure("request:read")
    .input(z.object({ itemId: ItemId }))
    .query(({ ctx, input }) => getExposure(ctx.app, ctx.workspace, input.itemId)),
});
