import { Role } from "@shortlist/contracts";
import * as z from "zod";
import { router, workspaceProcedure } from "../../trpc/init";
import { addMember, changeMember, listMembers } from "./service";

export const membersRouter = router({
  list: workspaceProcedure("workspace:read").query(({ ctx }) => listMembers(ctx.app, ctx.workspace.id)),
  create: workspaceProcedure("member:manage")
    .input(
      z.object({
        email: z.email().max(254),
        name: z.string().min(1).max(120),
        password: z.string().min(8).max(128),
        role: Role,
      }),
    )
    .mutation(({ ctx, input }) => addMember(ctx.app, ctx.workspace.id, { ...input, actor: ctx.actor })),
  changeRole: workspaceProcedure("member:manage")
    .input(z.object({ userId: z.string(), role: Role }))
    .mutation(async ({ ctx, input }) => {
      await changeMember(ctx.app, ctx.workspace.id, { ...input, actor: ctx.actor });
      return { userId: input.userId, role: input.role };
    }),
  remove: workspaceProcedure("member:manage")
    .input(z.object({ userId: z.string() }))
    .mutation(async ({ ctx, input }) => {
      await changeMember(ctx.app, ctx.workspace.id, {
        userId: input.userId,
        role: null,
        actor: ctx.actor,
      });
      return { userId: input.userId };
    }),
});
