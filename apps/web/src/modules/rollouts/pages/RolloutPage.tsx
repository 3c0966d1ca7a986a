"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { Async } from "@/components/async/Async";
import { Page } from "@/components/ui/Page";
import { Facts, Section } from "@/components/ui/Section";
import { Time } from "@/components/ui/Time";
import { surfaceLabel } from "@/lib/rungs";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { GuardrailSection } from "../components/GuardrailSection";
import { RolloutActions } from "../components/RolloutActions";
import { StepRail } from "../components/StepRail";
import { isRunning, listRail, type Rollout, rolloutVerdict } from "../presenters/rolloutView";

// Below what everybody comes for: they come when the page stands.
const ShadowSection = dynamic(() => import("../components/ShadowSection").then((m) => m.ShadowSection), {
  ssr: false,
});
const ChangesSection = dynamic(() => import("../components/ChangesSection").then((m) => m.ChangesSection), {
  ssr: false,
});
const DecisionLog = dynamic(() => import("../components/DecisionLog").then((m) => m.DecisionLog), {
  ssr: false,
});

/** As often as the controller looks. */
const REFRESH_MS = 5_000;

export function RolloutPage({ number }: { number: number }) {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const rollout = useQuery({
    ...trpc.rollouts.get.queryOptions({ workspace, number }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) =>
      data !== undefined && !isRunning(data) && data.inForce === "yes" ? false : REFRESH_MS,
  });
  return (
    <Page
      title={`Rollout ${number}`}
      verdict={rollout.data === undefined ? undefined : rolloutVerdict(rollout.data)}
      actions={rollout.data !== undefined && <RolloutActions rollout={rollout.data} />}
    >
      <Async query={rollout} rows={12}>
        {(data) => (
          <>
            <StepRail steps={listRail(data)} />
            <GuardrailSection rollout={data} />
            {data.steps.some(({ kind }) => kind === "shadow") && (
              <ShadowSection number={number} isLive={isRunning(data)} />
            )}
            <ChangesSection
              changes={data.changes}
              stableNumber={data.stable.number}
              candidateNumber={data.candidate.number}
            />
            <PlanSection rollout={data} />
            <DecisionLog number={number} decisions={data.decisions} />
          </>
        )}
      </Async>
    </Page>
  );
}

function PlanSection({ rollout }: { rollout: Rollout }) {
  const { plan, latest } = rollout;
  const replicas = latest?.assessment.replicas ?? null;
  return (
    <Section title="Plan">
      <Facts
        rows={[
          ["What for", rollout.note],
          ["Measured on", (plan.surfaces ?? []).map(surfaceLabel).join(", ")],
          [
            "Replicas with the candidate",
            replicas === null
              ? "not known"
              : `${replicas.ready} of ${replicas.alive}${replicas.refused.map(({ replicaId, reason }) => `; ${replicaId} refused it: ${reason}`).join("")}`,
          ],
          [
            "Second person",
            plan.approvalFromPct === null
              ? "not asked for"
              : rollout.state.approval === null
                ? `before ${plan.approvalFromPct} % of shoppers`
                : `${rollout.state.approval.by} approved`,
          ],
          [
            "Frozen",
            plan.freezeWindows.map(({ name, from, to }) => `${name}: ${from} to ${to}`).join("; ") || "never",
          ],
          ["An order counts for", `${plan.attributionMinutes} min after a slate`],
          ["At the latest", `aborted after ${plan.maxAgeHours} h`],
          [
            "Begun",
            <>
              <Time at={rollout.createdAt} /> by {rollout.createdBy}
            </>,
          ],
        ]}
      />
    </Section>
  );
}
