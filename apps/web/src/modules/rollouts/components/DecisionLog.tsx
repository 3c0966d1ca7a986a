"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/ui/Button";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { StateWord } from "@/components/ui/StateWord";
import { TableHead } from "@/components/ui/TableHead";
import { Time } from "@/components/ui/Time";
import { problemText } from "@/lib/problem";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { VERDICT_TONES, VERDICT_WORDS } from "../presenters/guardrailView";
import { PHASE_WORDS, type Rollout } from "../presenters/rolloutView";

type Decision = Rollout["decisions"][number];

/** The ledger, newest first: who moved the rollout from where to where, why, and on what it rested. */
export function DecisionLog({ number, decisions }: { number: number; decisions: readonly Decision[] }) {
  return (
    <Section
      title="Decisions"
      verdict={`${decisions.length} entries; none is ever changed. Each of the controller's keeps what it was made from, so that it can be judged again.`}
    >
      <ScrollRegion label="Decisions">
        <table className="w-full">
          <TableHead
            heads={["No.", "When", "What", "To", "By", "Why", "Verdicts then", "Again"]}
            gap="pr-5"
          />
          <tbody>
            {decisions.map((decision) => (
              <tr key={decision.sequence} className="border-line border-b align-top">
                <td className="h-8 py-1.5 pr-5 font-mono text-xs">{decision.sequence}</td>
                <td className="whitespace-nowrap py-1.5 pr-5">
                  <Time at={decision.at} />
                </td>
                <td className="whitespace-nowrap py-1.5 pr-5 font-medium">
                  {decision.action.replaceAll("_", " ")}
                </td>
                <td className="whitespace-nowrap py-1.5 pr-5">{whereTo(decision)}</td>
                <td className="whitespace-nowrap py-1.5 pr-5 text-ink-2">
                  {decision.isRobot ? "controller" : decision.actor}
                </td>
                <td className="min-w-64 py-1.5 pr-5">{decision.reason || "–"}</td>
                <td className="py-1.5 pr-5">
                  <Verdicts decision={decision} />
                </td>
                <td className="whitespace-nowrap py-1">
                  {decision.hasEvidence && <Rejudge number={number} sequence={decision.sequence} />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Section>
  );
}

function whereTo({ after }: Decision): string {
  const phase = PHASE_WORDS[after.phase];
  return after.phase === "shadow" || after.phase === "canary"
    ? `${phase}, step ${after.stepIndex + 1}`
    : phase;
}

function Verdicts({ decision }: { decision: Decision }) {
  const guardrails = decision.verdicts?.guardrails ?? [];
  if (guardrails.length === 0)
    return <span className="text-ink-3">{decision.isRobot ? "none judged" : "–"}</span>;
  const counts = (["harm", "safe", "undecided", "no_data"] as const)
    .map((verdict) => ({ verdict, count: guardrails.filter((each) => each.verdict === verdict).length }))
    .filter(({ count }) => count > 0);
  return (
    <span className="flex flex-wrap gap-x-3">
      {counts.map(({ verdict, count }) => (
        <StateWord key={verdict} tone={VERDICT_TONES[verdict]} className="text-xs">
          {`${count} ${VERDICT_WORDS[verdict]}`}
        </StateWord>
      ))}
    </span>
  );
}

/** The same measurements through the judge of today: whether it would say the same. */
function Rejudge({ number, sequence }: { number: number; sequence: number }) {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const [isAsked, setAsked] = useState(false);
  const again = useQuery({
    ...trpc.rollouts.rejudge.queryOptions({ workspace, number, sequence }),
    enabled: isAsked,
    retry: false,
  });
  if (!isAsked)
    return (
      <Button
        variant="quiet"
        className="h-7"
        aria-label={`Judge decision ${sequence} again`}
        onClick={() => setAsked(true)}
      >
        Judge again
      </Button>
    );
  if (again.error !== null) return <span className="text-harm">{problemText(again.error)}</span>;
  if (again.data === undefined) return <span className="text-ink-3">judging …</span>;
  return again.data.isSame ? (
    <StateWord tone="pass">the same</StateWord>
  ) : (
    <StateWord tone="warn">differs</StateWord>
  );
}
