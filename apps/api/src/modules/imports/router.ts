import { router, workspaceProcedure } from "../../trpc/init";
import { listImports } from "./service";

export const importsRouter = router({
  list: workspaceProcedure("workspace:read").query(({ ctx }) => listImports(ctx.app, ctx.workspace.id)),
});
