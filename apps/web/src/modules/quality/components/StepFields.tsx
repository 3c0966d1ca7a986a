"use client";

import type { RepairStep } from "@shortlist/contracts";
import { Button } from "@/components/ui/Button";
import { Field, Select } from "@/components/ui/Field";

/** What there is to fill in for one step. */
export function StepFields({ step, onChange }: { step: RepairStep; onChange: (step: RepairStep) => void }) {
  switch (step.op) {
    case "map":
      return (
        <div className="flex flex-col gap-2">
          <Field
            label="Field"
            hint="Such as type, itemId or context.platform"
            value={step.field}
            onChange={(event) => onChange({ ...step, field: event.target.value })}
          />
          <ValueMap values={step.values} onChange={(values) => onChange({ ...step, values })} />
        </div>
      );
    case "rename":
      return (
        <div className="grid gap-2 sm:grid-cols-2">
          <Field
            label="From"
            value={step.from}
            onChange={(event) => onChange({ ...step, from: event.target.value })}
          />
          <Field
            label="To"
            value={step.to}
            onChange={(event) => onChange({ ...step, to: event.target.value })}
          />
        </div>
      );
    case "default":
      return (
        <div className="grid gap-2 sm:grid-cols-2">
          <Field
            label="Field"
            value={step.field}
            onChange={(event) => onChange({ ...step, field: event.target.value })}
          />
          <Field
            label="Value where it is missing"
            hint="A shopper id is pseudonymised"
            value={String(step.value)}
            onChange={(event) => onChange({ ...step, value: toScalar(event.target.value, step.field) })}
          />
        </div>
      );
    case "rekey_item":
      return (
        <div className="grid gap-2 sm:grid-cols-2">
          <Field
            label="Take off"
            hint="A prefix such as de:"
            value={step.stripPrefix}
            onChange={(event) => onChange({ ...step, stripPrefix: event.target.value })}
          />
          <Field
            label="Put before"
            value={step.addPrefix}
            onChange={(event) => onChange({ ...step, addPrefix: event.target.value })}
          />
        </div>
      );
    case "read_number":
      return (
        <Select
          label="Field"
          className="max-w-xs"
          value={step.field}
          onChange={(event) => onChange({ ...step, field: event.target.value as typeof step.field })}
        >
          <option value="value">value</option>
          <option value="quantity">quantity</option>
          <option value="position">position</option>
        </Select>
      );
    case "read_time":
      return (
        <p className="text-ink-2">Unix time in seconds or milliseconds; times without a zone are UTC.</p>
      );
    case "drop":
      return (
        <Field
          label="Field"
          hint="Such as position or context.note"
          value={step.field}
          onChange={(event) => onChange({ ...step, field: event.target.value })}
        />
      );
    case "accept":
      return (
        <Field
          label="Reason"
          hint="The rows are let through although this was found"
          value={step.reason}
          onChange={(event) => onChange({ ...step, reason: event.target.value })}
        />
      );
  }
}

/** Numbers where the field holds one; everything else is text, item ids made of digits too. */
function toScalar(text: string, field: string): string | number {
  return ["value", "quantity", "position"].includes(field) && /^-?\d+(\.\d+)?$/.test(text)
    ? Number(text)
    : text;
}

function ValueMap({
  values,
  onChange,
}: {
  values: Readonly<Record<string, string | number | boolean>>;
  onChange: (values: Record<string, string | number | boolean>) => void;
}) {
  const entries = Object.entries(values);
  const write = (next: readonly (readonly [string, string | number | boolean])[]) =>
    onChange(Object.fromEntries(next));
  return (
    <div className="flex flex-col gap-2">
      {entries.map(([from, to], i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the text itself changes while it is typed
        <div key={i} className="grid grid-cols-[1fr_1fr_auto] items-end gap-2">
          <Field
            label="This"
            value={from}
            onChange={(event) =>
              write(entries.map((each, at) => (at === i ? [event.target.value, to] : each)))
            }
          />
          <Field
            label="becomes"
            value={String(to)}
            onChange={(event) =>
              write(entries.map((each, at) => (at === i ? [from, event.target.value] : each)))
            }
          />
          <Button
            variant="quiet"
            aria-label={`Remove value ${i + 1}`}
            onClick={() => write(entries.filter((_, at) => at !== i))}
          >
            Remove
          </Button>
        </div>
      ))}
      <Button
        className="self-start"
        disabled={Object.hasOwn(values, "")}
        onClick={() => write([...entries, ["", ""]])}
      >
        Add a value
      </Button>
    </div>
  );
}
