"use client";

import type { RepairStep } from "@shortlist/contracts";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Async } from "@/components/async/Async";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { Button } from "@/components/ui/Button";
import { Section } from "@/components/ui/Section";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import type { GroupKey } from "../presenters/groupView";
import { isComplete, STEP_LABELS, suggestStep } from "../presenters/steps";
import { useSteps } from "../useSteps";
import { PreviewPanel } from "./PreviewPanel";
import { StepEditor } from "./StepEditor";

const ReplayDialog = dynamic(() => import("./ReplayDialog").then((m) => m.ReplayDialog), { ssr: false });

/** The editor of a repair beside what it would do, which follows every change. */
export function RepairSection({ group }: { group: GroupKey }) {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const [steps, setSteps] = useSteps();
  const [isAsking, setAsking] = useState(false);
  const complete = steps.filter(isComplete);
  const preview = useQuery({
    ...trpc.quality.previewRepair.queryOptions({ workspace, group, steps: complete }),
    placeholderData: keepPreviousData,
  });
  const suggestion: RepairStep | null =
    preview.data === undefined || steps.length > 0
      ? null
      : suggestStep(
          group.reason,
          preview.data.rows.map(({ before }) => before),
        );
  const canRelease = preview.data !== undefined && preview.data.passed > 0 && !preview.isPlaceholderData;
  return (
    <Section
      title="Repair"
      verdict="Steps are tried on copies; nothing changes before you release. An event without an id gets one from its row."
      actions={
        <GuardedButton
          permission="quality:repair"
          variant="primary"
          disabled={!canRelease || complete.length < steps.length}
          onClick={() => setAsking(true)}
        >
          Release …
        </GuardedButton>
      }
    >
      <div className="grid gap-x-12 gap-y-6 lg:grid-cols-[minmax(20rem,2fr)_3fr]">
        <div>
          {suggestion !== null && (
            <p className="mb-3 flex flex-wrap items-center gap-3">
              <span className="text-ink-2">Often mended by:</span>
              <Button onClick={() => void setSteps([suggestion])}>{STEP_LABELS[suggestion.op]}</Button>
            </p>
          )}
          <StepEditor steps={steps} reason={group.reason} onChange={(next) => void setSteps(next)} />
          {complete.length < steps.length && (
            <p className="mt-3 text-ink-2">Steps that are not filled in are left out of the preview.</p>
          )}
        </div>
        <Async query={preview} rows={6}>
          {(data) => <PreviewPanel preview={data} />}
        </Async>
      </div>
      {isAsking && preview.data !== undefined && (
        <ReplayDialog
          group={group}
          steps={complete}
          preview={preview.data}
          onClose={() => setAsking(false)}
        />
      )}
    </Section>
  );
}
