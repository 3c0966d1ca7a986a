import { ListsConfig } from "@shortlist/contracts";
import { router, workspaceProcedure } from "../../trpc/init";
import { getListStatus, startLists } from "./service";

export const listsRouter = router({
  status: workspaceProcedure("workspace:read").query(({ ctx }) => getListStatus(ctx.app, ctx.workspace)),
  precompute: workspaceProcedure("lists:compute")
    .input(ListsConfig)
    .mutation(({ ctx, input }) =>
      startLists(ctx.app, ctx.workspace.id, { config: input, createdBy: ctx.actor }),
    ),
});
