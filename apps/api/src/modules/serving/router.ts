import { router, workspaceProcedure } from "../../trpc/init";
import { getFleet } from "./service";

export const servingRouter = router({
  replicas: workspaceProcedure("workspace:read").query(({ ctx }) => getFleet(ctx.app, ctx.workspace)),
});
