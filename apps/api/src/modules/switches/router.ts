import { SurfaceSwitches, SWITCH_TARGETS } from "@shortlist/contracts";
import * as z from "zod";
import { router, workspaceProcedure } from "../../trpc/init";
import { getSwitches, throwSwitches } from "./service";

export const switchesRouter = router({
  get: workspaceProcedure("workspace:read").query(({ ctx }) => getSwitches(ctx.app, ctx.workspace.id)),
  throw: workspaceProcedure("switch:throw")
    .input(
      z.object({
        target: z.enum(SWITCH_TARGETS),
        switches: SurfaceSwitches,
        reason: z.string().trim().max(300).default(""),
      }),
    )
    .mutation(({ ctx, input }) => throwSwitches(ctx.app, ctx.workspace.id, { ...input, actor: ctx.actor })),
});
