"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { notify } from "@/lib/notify";
import { problemText } from "@/lib/problem";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { isMoving } from "../presenters/backfillView";
import type { Backfill } from "../types";

const StartBackfillDialog = dynamic(
  () => import("./StartBackfillDialog").then((m) => m.StartBackfillDialog),
  { ssr: false },
);

/** Start what is planned, cancel what runs, retry what stopped, give up what is not wanted. */
export function BackfillActions({ backfill }: { backfill: Backfill }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const { slug: workspace } = useWorkspace();
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const settled = {
    onSuccess: async () => {
      setAsking(false);
      await client.invalidateQueries({ queryKey: trpc.featureViews.pathKey() });
    },
    onError: (error: unknown) => {
      setProblem(problemText(error));
      if (!isAsking) void notify("error", problemText(error));
    },
  };
  const start = useMutation(trpc.featureViews.startBackfill.mutationOptions(settled));
  const discard = useMutation(trpc.featureViews.discardBackfill.mutationOptions(settled));
  const cancel = useMutation(trpc.jobs.cancel.mutationOptions(settled));
  const retry = useMutation(trpc.jobs.retry.mutationOptions(settled));
  const { state, job, plan, id } = backfill;
  const isWorking = state === "planning" || state === "running";
  const isStopped = isWorking && (job?.state === "failed" || job?.state === "cancelled");
  return (
    <>
      {isMoving(backfill) && job !== null && (
        <GuardedButton
          permission="job:cancel"
          variant="danger"
          disabled={cancel.isPending}
          onClick={() => cancel.mutate({ workspace, id: job.id })}
        >
          Cancel
        </GuardedButton>
      )}
      {isStopped && (
        <GuardedButton
          permission="job:retry"
          disabled={retry.isPending}
          onClick={() => retry.mutate({ workspace, id: job.id })}
        >
          Go on
        </GuardedButton>
      )}
      {(state === "planned" || isStopped) && (
        <GuardedButton
          permission="backfill:run"
          variant="quiet"
          disabled={discard.isPending}
          onClick={() => discard.mutate({ workspace, id })}
        >
          Discard
        </GuardedButton>
      )}
      {state === "planned" && (
        <GuardedButton permission="backfill:run" variant="primary" onClick={() => setAsking(true)}>
          Start
        </GuardedButton>
      )}
      {isAsking && plan !== null && (
        <StartBackfillDialog
          plan={plan}
          reference={backfill.ref}
          problem={problem}
          isPending={start.isPending}
          onConfirm={() => start.mutate({ workspace, id })}
          onClose={() => {
            setAsking(false);
            setProblem(null);
          }}
        />
      )}
    </>
  );
}
