import { router, workspaceProcedure } from "../../trpc/init";
import { getHome } from "./service";

export const homeRouter = router({
  get: workspaceProcedure("workspace:read").query(({ ctx }) => getHome(ctx.app, ctx.workspace)),
});
