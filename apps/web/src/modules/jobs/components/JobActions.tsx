"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { Button } from "@/components/ui/Button";
import { Dialog } from "@/components/ui/Dialog";
import { notify } from "@/lib/notify";
import { problemText } from "@/lib/problem";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { isActive, type JobDetail } from "../presenters/jobView";

/** Cancel what runs, retry what ended badly. */
export function JobActions({ job }: { job: JobDetail }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const { slug: workspace } = useWorkspace();
  const [isAsking, setAsking] = useState(false);
  const settled = {
    onSuccess: () => client.invalidateQueries({ queryKey: trpc.jobs.pathKey() }),
    onError: (error: unknown) => notify("error", problemText(error)),
  };
  const cancel = useMutation(trpc.jobs.cancel.mutationOptions(settled));
  const retry = useMutation(trpc.jobs.retry.mutationOptions(settled));
  if (isActive(job))
    return (
      <>
        <GuardedButton
          permission="job:cancel"
          variant="danger"
          disabled={job.isCancelling || cancel.isPending}
          onClick={() => setAsking(true)}
        >
          Cancel
        </GuardedButton>
        <Dialog
          open={isAsking}
          onOpenChange={setAsking}
          title="Cancel this run?"
          description={`Its work so far (${job.progressPct.toFixed(0)} %) is thrown away. Serving is not touched: the current release goes on.`}
        >
          <div className="flex justify-end gap-2">
            <Button onClick={() => setAsking(false)}>Keep running</Button>
            <Button
              variant="danger"
              onClick={() => {
                setAsking(false);
                cancel.mutate({ workspace, id: job.id });
              }}
            >
              Cancel the run
            </Button>
          </div>
        </Dialog>
      </>
    );
  if (job.state === "succeeded") return null;
  return (
    <GuardedButton
      permission="job:retry"
      disabled={retry.isPending}
      onClick={() => retry.mutate({ workspace, id: job.id })}
    >
      Retry
    </GuardedButton>
  );
}
