import { router, signedInProcedure } from "../../trpc/init";
import { listOwnWorkspaces } from "./service";

export const workspacesRouter = router({
  mine: signedInProcedure.query(async ({ ctx }) => ({
    user: { name: ctx.user.name, email: ctx.user.email },
    workspaces: await listOwnWorkspaces(ctx.app, ctx.user.id),
  })),
});
