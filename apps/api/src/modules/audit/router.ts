import { AUDIT_KINDS } from "@shortlist/contracts";
import * as z from "zod";
import { router, workspaceProcedure } from "../../trpc/init";
import { listAuditEvents } from "./service";

export const auditRouter = router({
  list: workspaceProcedure("workspace:read")
    .input(
      z.object({
        kind: z.enum(AUDIT_KINDS).nullable().default(null),
        actor: z.string().max(254).nullable().default(null),
        /** As `nextCursor` of the page before gave it. */
        cursor: z.string().max(200).nullish(),
      }),
    )
    .query(({ ctx, input }) =>
      listAuditEvents(ctx.app, ctx.workspace.id, { ...input, cursor: input.cursor ?? null }),
    ),
});
