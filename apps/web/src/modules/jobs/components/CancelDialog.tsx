"use client";

import { Button } from "@/components/ui/Button";
import { Dialog } from "@/components/ui/Dialog";

export function CancelDialog({
  progressPct,
  onClose,
  onConfirm,
}: {
  progressPct: number;
  onClose: () => void;
  onConfirm: () => void;
}) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Cancel this run?"
      description={`Its work so far (${progressPct.toFixed(0)} %) is thrown away. Serving is not touched: the current release goes on.`}
    >
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Keep running</Button>
        <Button variant="danger" onClick={onConfirm}>
          Cancel the run
        </Button>
      </div>
    </Dialog>
  );
}
