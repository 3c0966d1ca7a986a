import * as z from "zod";
import { router, workspaceProcedure } from "../../trpc/init";
import { activateRelease, listReleases } from "./service";

export const releasesRouter = router({
  list: workspaceProcedure("workspace:read").query(({ ctx }) => listReleases(ctx.app, ctx.workspace.id)),
  /** Rolling back is the safe direction, and going forward again is undoing it: one permission for both. */
  activate: workspaceProcedure("release:rollback")
    .input(z.object({ number: z.int().min(1), reason: z.string().min(1).max(500) }))
    .mutation(({ ctx, input }) =>
      activateRelease(ctx.app, {
        workspaceId: ctx.workspace.id,
        number: input.number,
        reason: input.reason,
        actor: ctx.actor,
      }),
    ),
});
