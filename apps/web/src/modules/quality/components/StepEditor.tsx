"use client";

import type { RepairStep } from "@shortlist/contracts";
import { Button } from "@/components/ui/Button";
import { Select } from "@/components/ui/Field";
import { createStep, STEP_LABELS, type StepOp } from "../presenters/steps";
import { StepFields } from "./StepFields";

/** The steps of a repair, in order: add, fill in, move, take away. */
export function StepEditor({
  steps,
  reason,
  onChange,
}: {
  steps: readonly RepairStep[];
  reason: string;
  onChange: (steps: RepairStep[]) => void;
}) {
  const replace = (at: number, step: RepairStep) =>
    onChange(steps.map((each, i) => (i === at ? step : each)));
  const move = (at: number, by: number) => {
    const moved = [...steps];
    const [step] = moved.splice(at, 1);
    moved.splice(at + by, 0, step!);
    onChange(moved);
  };
  return (
    <div>
      <ol className="flex flex-col gap-4">
        {steps.map((step, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place in the order
          <li key={i} className="border-line border-b pb-4">
            <div className="mb-2 flex flex-wrap items-center gap-2">
              <h3 className="mr-auto font-medium">
                {i + 1}. {STEP_LABELS[step.op]}
              </h3>
              <Button
                variant="quiet"
                disabled={i === 0}
                aria-label={`Move step ${i + 1} up`}
                onClick={() => move(i, -1)}
              >
                Up
              </Button>
              <Button
                variant="quiet"
                disabled={i === steps.length - 1}
                aria-label={`Move step ${i + 1} down`}
                onClick={() => move(i, 1)}
              >
                Down
              </Button>
              <Button
                variant="quiet"
                aria-label={`Remove step ${i + 1}`}
                onClick={() => onChange(steps.filter((_, at) => at !== i))}
              >
                Remove
              </Button>
            </div>
            <StepFields step={step} onChange={(next) => replace(i, next)} />
          </li>
        ))}
      </ol>
      <Select
        label="Add a step"
        className="mt-3 max-w-xs"
        value=""
        onChange={(event) => onChange([...steps, createStep(event.target.value as StepOp, reason)])}
      >
        <option value="">Choose …</option>
        {Object.entries(STEP_LABELS).map(([op, label]) => (
          <option key={op} value={op}>
            {label}
          </option>
        ))}
      </Select>
    </div>
  );
}
