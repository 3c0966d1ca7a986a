"use client";

import { ROLLOUT_METRICS } from "@shortlist/contracts/vocabulary";
import { Button } from "@/components/ui/Button";
import { Field, inputClass, Select } from "@/components/ui/Field";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { TableHead } from "@/components/ui/TableHead";
import { metricLabel } from "../presenters/guardrailView";
import type { GuardrailDraft, StepDraft } from "../presenters/planForm";

/** The steps: shadow first, then ever larger shares of shoppers. */
export function StepFields({
  steps,
  onChange,
}: {
  steps: readonly StepDraft[];
  onChange: (steps: readonly StepDraft[]) => void;
}) {
  const change = (key: number, part: Partial<StepDraft>) =>
    onChange(steps.map((step) => (step.key === key ? { ...step, ...part } : step)));
  const add = () =>
    onChange([
      ...steps,
      { key: Math.max(-1, ...steps.map(({ key }) => key)) + 1, kind: "canary", pct: "", dwellMinutes: "60" },
    ]);
  return (
    <Section
      title="Steps"
      verdict="A share only grows: nobody is moved to the candidate and back. After the last step everybody gets it, but for those held back."
    >
      <ol className="flex flex-col gap-3">
        {steps.map((step, i) => (
          <li key={step.key} className="flex flex-wrap items-end gap-3">
            <Select
              label={`Step ${i + 1}`}
              value={step.kind}
              onChange={(event) => change(step.key, { kind: event.target.value as StepDraft["kind"] })}
              className="w-40"
            >
              <option value="shadow">Shadow</option>
              <option value="canary">Canary</option>
            </Select>
            <Field
              label={step.kind === "shadow" ? "Of answers, %" : "Of shoppers, %"}
              inputMode="decimal"
              value={step.pct}
              onChange={(event) => change(step.key, { pct: event.target.value })}
              className="w-28"
            />
            <Field
              label="At least, min"
              inputMode="decimal"
              value={step.dwellMinutes}
              onChange={(event) => change(step.key, { dwellMinutes: event.target.value })}
              className="w-28"
            />
            <Button
              variant="quiet"
              aria-label={`Leave out step ${i + 1}`}
              disabled={steps.length === 1}
              onClick={() => onChange(steps.filter(({ key }) => key !== step.key))}
            >
              Leave out
            </Button>
          </li>
        ))}
      </ol>
      <Button className="mt-3" onClick={add} disabled={steps.length >= 12}>
        Add a step
      </Button>
    </Section>
  );
}

/** What must not get worse, by how much it may, and what happens when it does. */
export function GuardrailFields({
  guardrails,
  onChange,
}: {
  guardrails: readonly GuardrailDraft[];
  onChange: (guardrails: readonly GuardrailDraft[]) => void;
}) {
  const change = (metric: GuardrailDraft["metric"], part: Partial<GuardrailDraft>) =>
    onChange(guardrails.map((each) => (each.metric === metric ? { ...each, ...part } : each)));
  return (
    <Section
      title="Guardrails"
      verdict="What is surely worse, and not shown to be within its margin, is harm. Fast ones are looked at from the first minute; slow ones wait until orders are in."
    >
      <ScrollRegion label="Guardrails">
        <table>
          <TableHead heads={["Guarded", "Clock", "May be worse by, %", "On harm"]} />
          <tbody>
            {guardrails.map(({ metric, isOn, marginPct, action }) => (
              <tr key={metric} className="border-line border-b">
                <td className="h-10 pr-6">
                  <label className="flex items-center gap-2 whitespace-nowrap">
                    <input
                      type="checkbox"
                      checked={isOn}
                      onChange={(event) => change(metric, { isOn: event.target.checked })}
                      className="size-4 accent-accent"
                    />
                    {metricLabel(metric)}
                  </label>
                </td>
                <td className="pr-6 text-ink-2">{ROLLOUT_METRICS[metric].clock}</td>
                <td className="pr-6">
                  <input
                    aria-label={`Margin of ${metricLabel(metric).toLowerCase()}, %`}
                    inputMode="decimal"
                    value={marginPct}
                    disabled={!isOn}
                    onChange={(event) => change(metric, { marginPct: event.target.value })}
                    className={`${inputClass} w-24`}
                  />
                </td>
                <td>
                  <select
                    aria-label={`On harm in ${metricLabel(metric).toLowerCase()}`}
                    value={action}
                    disabled={!isOn}
                    onChange={(event) =>
                      change(metric, { action: event.target.value as GuardrailDraft["action"] })
                    }
                    className={`${inputClass} w-32 pr-7`}
                  >
                    <option value="abort">roll back</option>
                    <option value="hold">hold</option>
                  </select>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Section>
  );
}

/** Holdback, approval, times: what stands once in a plan. */
export function PlanFields() {
  return (
    <Section title="And then">
      <div className="grid max-w-4xl grid-cols-1 gap-4 sm:grid-cols-2 lg:grid-cols-3">
        <Field
          label="Held back after 100 %, %"
          name="holdbackPct"
          inputMode="decimal"
          defaultValue="5"
          hint="0: nobody"
        />
        <Field label="For so many hours" name="holdbackHours" inputMode="decimal" defaultValue="24" />
        <Field
          label="Second person from, %"
          name="approvalFromPct"
          inputMode="decimal"
          hint="Of shoppers; empty: nobody is asked"
        />
        <Field
          label="Requests at each canary step, n"
          name="requestsMin"
          inputMode="numeric"
          defaultValue="200"
        />
        <Field
          label="An order counts for, min"
          name="attributionMinutes"
          inputMode="decimal"
          defaultValue="60"
          hint="After the slate; slates younger than that wait"
        />
        <Field label="Begin, UTC" name="startAt" type="datetime-local" hint="Empty: at once" />
        <Field
          label="Frozen for"
          name="freezeName"
          hint="Such as Black Friday; empty: never"
          maxLength={100}
        />
        <Field label="Frozen from, UTC" name="freezeFrom" type="datetime-local" />
        <Field label="Frozen until, UTC" name="freezeTo" type="datetime-local" />
      </div>
    </Section>
  );
}
