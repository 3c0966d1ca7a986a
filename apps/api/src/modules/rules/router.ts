import { RuleDefinition, Surface } from "@shortlist/contracts";
import * as z from "zod";
import { router, workspaceProcedure } from "../../trpc/init";
import { auditRule, previewRule, REPLAY_MAX, replayRule } from "./previewService";
import { deleteRule, getRule, listRules, saveRule, setRuleEnabled } from "./service";

const RuleId = z.string().min(1).max(64);
const Reason = z.string().trim().max(300).default("");
const Draft = z.object({ ruleId: RuleId.nullable(), definition: RuleDefinition.nullable() });
const Shopper = z.union([
  z.object({ userId: z.string().min(1).max(256) }),
  z.object({ anonymousId: z.string().min(1).max(256) }),
]);

export const rulesRouter = router({
  list: workspaceProcedure("workspace:read").query(({ ctx }) => listRules(ctx.app, ctx.workspace.id)),
  get: workspaceProcedure("workspace:read")
    .input(z.object({ ruleId: RuleId }))
    .query(({ ctx, input }) => getRule(ctx.app, ctx.workspace.id, input.ruleId)),
  save: workspaceProcedure("rule:edit")
    .input(
      z.object({
        ruleId: RuleId.nullable(),
        definition: RuleDefinition,
        isEnabled: z.boolean(),
        reason: Reason,
      }),
    )
    .mutation(({ ctx, input }) =>
      saveRule(ctx.app, ctx.workspace.id, { ...input, actor: ctx.actor, role: ctx.role }),
    ),
  setEnabled: workspaceProcedure("rule:edit")
    .input(z.object({ ruleId: RuleId, isEnabled: z.boolean(), reason: Reason }))
    .mutation(({ ctx, input }) =>
      setRuleEnabled(ctx.app, ctx.workspace.id, { ...input, actor: ctx.actor, role: ctx.role }),
    ),
  delete: workspaceProcedure("rule:edit")
    .input(z.object({ ruleId: RuleId, reason: Reason }))
    .mutation(({ ctx, input }) =>
      deleteRule(ctx.app, ctx.workspace.id, { ...input, actor: ctx.actor, role: ctx.role }),
    ),
  /** Mutations, because a draft may name a thousand items: too long for an address. They change nothing. */
  preview: workspaceProcedure("rule:edit")
    .input(
      Draft.extend({
        shopper: Shopper,
        surface: Surface,
        n: z.int().min(1).max(50).default(12),
        region: z.string().max(32).optional(),
      }),
    )
    .mutation(({ ctx, input }) => previewRule(ctx.app, ctx.workspace, input)),
  replay: workspaceProcedure("rule:edit")
    .input(Draft.extend({ requests: z.int().min(1).max(REPLAY_MAX).default(50) }))
    .mutation(({ ctx, input }) => replayRule(ctx.app, ctx.workspace, input)),
  audit: workspaceProcedure("workspace:read")
    .input(z.object({ ruleId: RuleId }))
    .query(({ ctx, input }) => auditRule(ctx.app, ctx.workspace, input.ruleId)),
});
