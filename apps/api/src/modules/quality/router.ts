import { CheckConfig, QuarantineGroupKey, RepairSteps } from "@shortlist/contracts";
import * as z from "zod";
import { router, workspaceProcedure } from "../../trpc/init";
import { getGrid, setClosedDay, startChecks } from "./checkService";
import { getRepair, listGroups, listRepairs, listRows, previewRepair, startReplay } from "./repairService";

const Repair = z.object({ group: QuarantineGroupKey, steps: RepairSteps });

export const qualityRouter = router({
  grid: workspaceProcedure("workspace:read")
    .input(
      z.object({ toDay: z.iso.date().nullable().default(null), days: z.int().min(1).max(400).default(28) }),
    )
    .query(({ ctx, input }) => getGrid(ctx.app, ctx.workspace.id, input)),
  startChecks: workspaceProcedure("quality:repair")
    .input(z.object({ config: CheckConfig.default({ fromDay: null, toDay: null }) }))
    .mutation(({ ctx, input }) =>
      startChecks(ctx.app, ctx.workspace.id, { config: input.config, createdBy: ctx.actor }),
    ),
  setClosedDay: workspaceProcedure("quality:repair")
    .input(z.object({ day: z.iso.date(), closed: z.boolean(), note: z.string().max(200).default("") }))
    .mutation(({ ctx, input }) =>
      setClosedDay(ctx.app, ctx.workspace.id, { ...input, createdBy: ctx.actor }),
    ),
  groups: workspaceProcedure("workspace:read").query(({ ctx }) => listGroups(ctx.app, ctx.workspace)),
  rows: workspaceProcedure("workspace:read")
    .input(
      z.object({
        group: QuarantineGroupKey,
        cursor: z
          .object({ receivedAtMs: z.number(), rowId: z.string().max(64) })
          .nullable()
          .default(null),
        limit: z.int().min(1).max(100).default(25),
      }),
    )
    .query(({ ctx, input }) => listRows(ctx.app, ctx.workspace, input)),
  previewRepair: workspaceProcedure("workspace:read")
    .input(Repair)
    .query(({ ctx, input }) => previewRepair(ctx.app, ctx.workspace, input)),
  startReplay: workspaceProcedure("quality:repair")
    .input(Repair.extend({ note: z.string().max(500).default("") }))
    .mutation(({ ctx, input }) => startReplay(ctx.app, ctx.workspace, { ...input, createdBy: ctx.actor })),
  repairs: workspaceProcedure("workspace:read").query(({ ctx }) => listRepairs(ctx.app, ctx.workspace.id)),
  repair: workspaceProcedure("workspace:read")
    .input(z.object({ id: z.uuid() }))
    .query(({ ctx, input }) => getRepair(ctx.app, ctx.workspace.id, input.id)),
});
