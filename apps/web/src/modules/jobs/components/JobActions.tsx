"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { notify } from "@/lib/notify";
import { problemText } from "@/lib/problem";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { isActive, type JobDetail } from "../presenters/jobView";

const CancelDialog = dynamic(() => import("./CancelDialog").then((m) => m.CancelDialog), { ssr: false });

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
        {isAsking && (
          <CancelDialog
            progressPct={job.progressPct}
            onClose={() => setAsking(false)}
            onConfirm={() => {
              setAsking(false);
              cancel.mutate({ workspace, id: job.id });
            }}
          />
        )}
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
