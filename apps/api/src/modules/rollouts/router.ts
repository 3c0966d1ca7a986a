import { RolloutCandidate, RolloutPlan } from "@shortlist/contracts";
import * as z from "zod";
import { router, workspaceProcedure } from "../../trpc/init";
import { backtestRanker } from "./backtestService";
import type { RolloutRequest } from "./decideRequest";
import { previewRollout } from "./previewService";
import { createRollout, getRollout, listRollouts, rejudgeDecision, requestRollout } from "./service";
import { getShadowReport } from "./shadowService";

const One = z.object({ number: z.int().min(1) });
/** Going on and approving are explained; what protects shoppers may be done without a word. */
const Reason = z.string().trim().max(500);
const Explained = One.extend({ reason: Reason.min(3, "say why, in a few words") });
const Quick = One.extend({ reason: Reason.default("") });
const Draft = z.object({ candidate: RolloutCandidate, plan: RolloutPlan.prefault({}) });

export const rolloutsRouter = router({
  list: workspaceProcedure("workspace:read").query(({ ctx }) => listRollouts(ctx.app, ctx.workspace.id)),
  get: workspaceProcedure("workspace:read")
    .input(One)
    .query(({ ctx, input }) => getRollout(ctx.app, ctx.workspace.id, input.number)),
  preview: workspaceProcedure("workspace:read")
    .input(Draft)
    .query(({ ctx, input }) =>
      previewRollout(ctx.app, ctx.workspace, { candidate: input.candidate, plan: input.plan }),
    ),
  /** A ranker on requests of the last minutes. */
  backtest: workspaceProcedure("workspace:read")
    .input(
      z.object({
        ranker: z.object({ name: z.string().min(1).max(128), version: z.int().min(1) }),
        requests: z.int().min(1).max(100).default(30),
      }),
    )
    .mutation(({ ctx, input }) => backtestRanker(ctx.app, ctx.workspace, input)),
  /** A decision once more from what it rested on. */
  rejudge: workspaceProcedure("workspace:read")
    .input(One.extend({ sequence: z.int().min(1) }))
    .query(({ ctx, input }) => rejudgeDecision(ctx.app, ctx.workspace.id, input)),
  shadow: workspaceProcedure("workspace:read")
    .input(One)
    .query(({ ctx, input }) => getShadowReport(ctx.app, ctx.workspace, input.number)),
  create: workspaceProcedure("rollout:create")
    .input(Draft.extend({ note: z.string().trim().min(1).max(500) }))
    .mutation(({ ctx, input }) =>
      createRollout(ctx.app, ctx.workspace.id, {
        candidate: input.candidate,
        plan: input.plan,
        note: input.note,
        actor: ctx.actor,
      }),
    ),
  abort: workspaceProcedure("rollout:stop")
    .input(Quick)
    .mutation(({ ctx, input }) => ask(ctx, input, { kind: "abort" })),
  hold: workspaceProcedure("rollout:stop")
    .input(Quick)
    .mutation(({ ctx, input }) => ask(ctx, input, { kind: "hold" })),
  resume: workspaceProcedure("rollout:advance")
    .input(Explained)
    .mutation(({ ctx, input }) => ask(ctx, input, { kind: "resume" })),
  promote: workspaceProcedure("rollout:advance")
    .input(Explained.extend({ to: z.enum(["next", "full"]).default("next") }))
    .mutation(({ ctx, input }) => ask(ctx, input, { kind: "promote", to: input.to })),
  extend: workspaceProcedure("rollout:advance")
    .input(Explained.extend({ minutes: z.number().gt(0).max(43_200) }))
    .mutation(({ ctx, input }) => ask(ctx, input, { kind: "extend", minutes: input.minutes })),
  approve: workspaceProcedure("rollout:approve")
    .input(Explained)
    .mutation(({ ctx, input }) => ask(ctx, input, { kind: "approve" })),
  refuse: workspaceProcedure("rollout:approve")
    .input(Explained)
    .mutation(({ ctx, input }) => ask(ctx, input, { kind: "refuse" })),
});

type Ctx = { app: Parameters<typeof requestRollout>[0]; workspace: { id: string }; actor: string };

function ask(ctx: Ctx, { number, reason }: { number: number; reason: string }, request: RolloutRequest) {
  return requestRollout(ctx.app, ctx.workspace.id, { number, request, reason, actor: ctx.actor });
}
