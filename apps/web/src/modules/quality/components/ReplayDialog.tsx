"use client";

import type { RepairStep } from "@shortlist/contracts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import type { FormEvent } from "react";
import { Button } from "@/components/ui/Button";
import { Dialog } from "@/components/ui/Dialog";
import { Field } from "@/components/ui/Field";
import { formatCount, formatDay } from "@/lib/format";
import { problemText } from "@/lib/problem";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import type { GroupKey } from "../presenters/groupView";
import { stepText } from "../presenters/steps";
import type { Preview } from "./PreviewPanel";

/** What a release touches, before it happens. It cannot be taken back, and says so. */
export function ReplayDialog({
  group,
  steps,
  preview,
  onClose,
}: {
  group: GroupKey;
  steps: RepairStep[];
  preview: Preview;
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const router = useRouter();
  const { slug: workspace, href } = useWorkspace();
  const start = useMutation(
    trpc.quality.startReplay.mutationOptions({
      onSuccess: async ({ repairId }) => {
        await client.invalidateQueries({ queryKey: trpc.quality.pathKey() });
        router.push(href(`/quality/repairs/${repairId}`));
      },
    }),
  );
  const expected = Math.round((preview.passed / preview.sampled) * preview.total);
  const about = preview.sampled < preview.total ? "about " : "";

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const note = String(new FormData(event.currentTarget).get("note")).trim();
    start.mutate({
      workspace,
      group: {
        reason: group.reason,
        origin: group.origin,
        eventType: group.eventType,
        appVersion: group.appVersion,
      },
      steps,
      note,
    });
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Release ${about}${formatCount(expected)} rows?`}
      description={
        <>
          They become events of {formatDay(preview.firstAt)} to {formatDay(preview.lastAt)}, of{" "}
          {formatCount(preview.items)} items and {formatCount(preview.shoppers)} shoppers
          {preview.sampled < preview.total && " in the sample"}. The archive, feature views and the next
          training run count them; what was trained or served before does not change, because they are known
          only from now on. {formatCount(preview.total - expected)} rows stay where they are. A released event
          is not taken back.
        </>
      }
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <ol className="list-inside list-decimal text-ink-2">
          {steps.map((step) => (
            <li key={stepText(step)}>{stepText(step)}</li>
          ))}
        </ol>
        <Field
          label="Why"
          name="note"
          maxLength={500}
          hint="Kept with the repair."
          problem={start.error === null ? undefined : problemText(start.error)}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Go on editing</Button>
          <Button type="submit" variant="primary" disabled={start.isPending || start.isSuccess}>
            Release
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
