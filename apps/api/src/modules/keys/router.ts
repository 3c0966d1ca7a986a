import * as z from "zod";
import { router, workspaceProcedure } from "../../trpc/init";
import { createKey, KEY_SCOPES, listKeys, revokeKey } from "./service";

export const keysRouter = router({
  list: workspaceProcedure("key:manage").query(({ ctx }) => listKeys(ctx.app, ctx.workspace.id)),
  create: workspaceProcedure("key:manage")
    .input(z.object({ name: z.string().min(1).max(120), scopes: z.array(z.enum(KEY_SCOPES)).min(1) }))
    .mutation(({ ctx, input }) =>
      createKey(ctx.app, ctx.workspace.id, { name: input.name, scopes: input.scopes, createdBy: ctx.actor }),
    ),
  revoke: workspaceProcedure("key:manage")
    .input(z.object({ id: z.uuid() }))
    .mutation(({ ctx, input }) => revokeKey(ctx.app, ctx.workspace.id, { id: input.id, actor: ctx.actor })),
});
