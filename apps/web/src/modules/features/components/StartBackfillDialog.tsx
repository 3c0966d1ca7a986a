"use client";

import type { BackfillPlan } from "@shortlist/contracts";
import { Button } from "@/components/ui/Button";
import { Dialog } from "@/components/ui/Dialog";
import { formatBytes, formatCount, formatDuration } from "@/lib/format";

/** What starting touches: rows, readers, the models and releases behind them. */
export function StartBackfillDialog({
  plan,
  reference,
  problem,
  isPending,
  onConfirm,
  onClose,
}: {
  plan: BackfillPlan;
  reference: string;
  problem: string | null;
  isPending: boolean;
  onConfirm: () => void;
  onClose: () => void;
}) {
  const serving = plan.consumers.filter(({ isServing }) => isServing).map(({ ref }) => ref);
  const others = plan.consumers.filter(({ isServing }) => !isServing).map(({ ref }) => ref);
  const share = plan.nSampled === 0 ? 0 : (plan.rows.changed + plan.rows.new) / plan.nSampled;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Backfill ${reference}?`}
      description={
        <>
          Writes {formatCount(plan.nRows)} rows, about {formatBytes(plan.bytes)}, in about{" "}
          {formatDuration(plan.seconds * 1000)}. About {(100 * share).toFixed(0)} % of the rows change for
          readers, all at one moment when every row is written.{" "}
          {serving.length === 0
            ? "No serving model reads the view."
            : `Slates of the current release change with it: ${serving.join(", ")} reads the view.`}
          {others.length > 0 && ` Also read by ${others.join(", ")}, which does not serve.`}
        </>
      }
    >
      {problem !== null && (
        <p role="alert" className="mb-4 text-harm">
          {problem}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Not now</Button>
        <Button variant="primary" disabled={isPending} onClick={onConfirm}>
          Start the backfill
        </Button>
      </div>
    </Dialog>
  );
}
