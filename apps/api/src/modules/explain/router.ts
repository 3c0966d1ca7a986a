import { RECENT_SLATES_MAX, RequestId } from "@shortlist/contracts";
import * as z from "zod";
import { router, workspaceProcedure } from "../../trpc/init";
import { explainRequest, listRecentRequests } from "./service";

export const explainRouter = router({
  recent: workspaceProcedure("request:read")
    .input(z.object({ limit: z.int().min(1).max(RECENT_SLATES_MAX).default(50) }))
    .query(({ ctx, input }) => listRecentRequests(ctx.app, ctx.workspace, input.limit)),
  get: workspaceProcedure("request:read")
    .input(z.object({ requestId: RequestId }))
    .query(({ ctx, input }) => explainRequest(ctx.app, ctx.workspace, input.requestId)),
});
