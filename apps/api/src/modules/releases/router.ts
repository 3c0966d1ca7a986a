import { Surface } from "@shortlist/contracts";
import * as z from "zod";
import { router, workspaceProcedure } from "../../trpc/init";
import { publishWithRanker } from "./rebuildService";
import { activateRelease, listReleases } from "./service";

export const releasesRouter = router({
  list: workspaceProcedure("workspace:read").query(({ ctx }) => listReleases(ctx.app, ctx.workspace.id)),
  /** The current release with another ranker. */
  publish: workspaceProcedure("release:publish")
    .input(
      z.object({
        ranker: z.object({ name: z.string().max(128), version: z.int().min(1) }),
        /** Where it is to rank; other surfaces keep theirs. Absent: all but surfaces whose settings name a ranker. */
        surfaces: z.array(Surface).min(1).optional(),
        note: z.string().min(1).max(500),
      }),
    )
    .mutation(({ ctx, input }) =>
      publishWithRanker(ctx.app, {
        workspaceId: ctx.workspace.id,
        ranker: input.ranker,
        surfaces: input.surfaces,
        note: input.note,
        createdBy: ctx.actor,
      }),
    ),
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
