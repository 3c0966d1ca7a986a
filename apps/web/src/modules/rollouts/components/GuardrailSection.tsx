"use client";

import dynamic from "next/dynamic";
import { useState } from "react";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { StateWord } from "@/components/ui/StateWord";
import { TableHead } from "@/components/ui/TableHead";
import { Time } from "@/components/ui/Time";
import { cn } from "@/lib/cn";
import { formatCount } from "@/lib/format";
import {
  describeMore,
  formatChange,
  formatValue,
  type Guardrail,
  metricLabel,
  plotInterval,
  unitOf,
  VERDICT_TONES,
  VERDICT_WORDS,
} from "../presenters/guardrailView";
import type { Rollout } from "../presenters/rolloutView";

/** Brings the charts with it. */
const GuardrailHistory = dynamic(() => import("./GuardrailHistory").then((m) => m.GuardrailHistory), {
  ssr: false,
  loading: () => <div className="skeleton h-56" />,
});

const HEADS = [
  "Guardrail",
  "Verdict",
  "Candidate against control",
  "Change",
  "Margin",
  "Control",
  "Candidate",
  "n, control / candidate",
  "To decide",
];

/** Every guardrail with its interval on one axis, and the course of one of them. */
export function GuardrailSection({ rollout }: { rollout: Rollout }) {
  const guardrails = rollout.latest?.assessment.guardrails ?? [];
  const [chosen, setChosen] = useState<Guardrail["metric"] | null>(null);
  const shown = chosen ?? mostTelling(guardrails);
  const ratio = rollout.latest?.assessment.sampleRatio ?? null;
  return (
    <Section
      title="Guardrails"
      verdict={
        <>
          Candidate against a control slice as large as it, at the same time; intervals hold at every look.{" "}
          {rollout.latest !== null && (
            <>
              Looked at <Time at={new Date(rollout.latest.atMs)} />.{" "}
            </>
          )}
          {ratio !== null && (
            <>
              Shoppers: {formatCount(ratio.observed.control)} control, {formatCount(ratio.observed.candidate)}{" "}
              candidate;{" "}
              {ratio.isMismatch
                ? `not as dealt (p ${ratio.pValue.toExponential(1)}): nothing here can be trusted`
                : "as they were dealt"}
              .
            </>
          )}
        </>
      }
    >
      {guardrails.length === 0 ? (
        <p className="hatched rounded border border-line px-3 py-4 text-ink-2">
          Nothing to compare yet: shoppers get the candidate from the first canary step on.
        </p>
      ) : (
        <>
          <ScrollRegion label="Guardrails">
            <table className="w-full">
              <TableHead heads={HEADS} gap="pr-4" />
              <tbody>
                {guardrails.map((guardrail) => (
                  <Row
                    key={guardrail.metric}
                    guardrail={guardrail}
                    isShown={guardrail.metric === shown}
                    onShow={() => setChosen(guardrail.metric)}
                  />
                ))}
              </tbody>
            </table>
          </ScrollRegion>
          {shown !== null && <GuardrailHistory metric={shown} checks={rollout.checks} />}
        </>
      )}
    </Section>
  );
}

/** What is worst comes first to the eye. */
function mostTelling(guardrails: readonly Guardrail[]): Guardrail["metric"] | null {
  const found =
    guardrails.find(({ verdict }) => verdict === "harm") ??
    guardrails.find(({ metric }) => metric === "click_through") ??
    guardrails[0];
  return found?.metric ?? null;
}

function Row({ guardrail, isShown, onShow }: { guardrail: Guardrail; isShown: boolean; onShow: () => void }) {
  const { metric, verdict, estimate, threshold, values, n } = guardrail;
  return (
    <tr className={cn("border-line border-b", isShown ? "bg-sunken" : "")}>
      <th scope="row" className="h-8 whitespace-nowrap pr-4 text-left font-normal">
        <button type="button" className="link" aria-pressed={isShown} onClick={onShow}>
          {metricLabel(metric)}
        </button>
      </th>
      <td className="pr-4">
        <StateWord tone={VERDICT_TONES[verdict]}>{VERDICT_WORDS[verdict]}</StateWord>
      </td>
      <td className="w-40 min-w-32 pr-4">
        <Interval guardrail={guardrail} />
      </td>
      <td className="whitespace-nowrap pr-4">{formatChange(estimate)}</td>
      <td className="whitespace-nowrap pr-4 text-ink-2">
        {threshold === 0 ? "never" : formatChange(threshold)}
      </td>
      <td className="whitespace-nowrap pr-4">{formatValue(metric, values.control)}</td>
      <td className="whitespace-nowrap pr-4">{formatValue(metric, values.candidate)}</td>
      <td className="whitespace-nowrap pr-4 text-ink-2">
        {threshold === 0 ? "–" : formatCount(n.control)} / {formatCount(n.candidate)} {unitOf(metric)}
      </td>
      <td className="min-w-36 text-ink-2">{describeMore(guardrail)}</td>
    </tr>
  );
}

const BAR_CLASSES: Record<Guardrail["verdict"], string> = {
  harm: "bg-harm",
  safe: "bg-pass",
  undecided: "bg-accent",
  no_data: "hatched",
};

/** The interval from halved to doubled; the middle is no change, the dashed line the margin. */
function Interval({ guardrail }: { guardrail: Guardrail }) {
  const plot = plotInterval(guardrail);
  const text =
    plot === null
      ? "no interval"
      : `from ${formatChange(guardrail.low)} to ${guardrail.high === null ? "no bound" : formatChange(guardrail.high)}`;
  return (
    <span role="img" aria-label={text} title={text} className="relative block h-5">
      {plot === null ? (
        <span className="hatched absolute inset-x-0 top-1.5 h-2 rounded-sm" />
      ) : (
        <>
          <span className="absolute inset-y-0 left-1/2 w-px bg-line-strong" />
          <span
            className={cn("absolute top-2 h-1 rounded-sm", BAR_CLASSES[guardrail.verdict])}
            style={{ left: `${plot.low * 100}%`, width: `${Math.max(0.5, (plot.high - plot.low) * 100)}%` }}
          />
          {plot.estimate !== null && (
            <span
              className={cn("absolute top-1 h-3 w-1 rounded-sm", BAR_CLASSES[guardrail.verdict])}
              style={{ left: `calc(${plot.estimate * 100}% - 2px)` }}
            />
          )}
          {plot.threshold !== null && (
            <span
              className="absolute inset-y-0 border-ink-2 border-l border-dashed"
              style={{ left: `${plot.threshold * 100}%` }}
            />
          )}
        </>
      )}
    </span>
  );
}
