"use client";

import { ArrowUp, Trash2 } from "lucide-react";
import { Button } from "@/components/ui/Button";
import { Field, Select } from "@/components/ui/Field";
import { type DraftFeature, HAS_FIELD, OPS } from "../presenters/draft";

const OP_LABELS: Readonly<Record<DraftFeature["op"], string>> = {
  count: "count of events",
  sum: "sum",
  mean: "mean",
  min: "minimum",
  max: "maximum",
  distinct: "different values",
  last: "last value",
  last_n: "last N values",
  ratio: "ratio",
  time_since: "time since",
  decayed_count: "decayed count",
};

/** One feature of a draft. Only the inputs that its operation has are shown; what others hold is kept. */
export function FeatureEditor({
  feature,
  index,
  problemOf,
  onChange,
  onRemove,
  onUp,
}: {
  feature: DraftFeature;
  index: number;
  /** Problem of a field of this feature, such as `windows`; of its parts when it has any. */
  problemOf: (field: string) => string | undefined;
  onChange: (feature: DraftFeature) => void;
  onRemove: () => void;
  onUp: (() => void) | null;
}) {
  const { op } = feature;
  const text = (name: keyof DraftFeature & string, label: string, o: { path: string; hint?: string }) => (
    <Field
      label={label}
      value={String(feature[name])}
      onChange={(event) => onChange({ ...feature, [name]: event.target.value })}
      problem={problemOf(o.path)}
      {...(o.hint === undefined ? {} : { hint: o.hint })}
    />
  );
  const title = feature.name === "" ? `Feature ${index + 1}` : feature.name;
  return (
    <fieldset className="border-line border-b py-4">
      <legend className="sr-only">{title}</legend>
      <div className="mb-3 flex items-center justify-between gap-2">
        <h3 className="font-mono text-xs">{title}</h3>
        <div className="flex gap-1">
          {onUp !== null && (
            <Button variant="quiet" aria-label={`Move ${title} up`} onClick={onUp}>
              <ArrowUp className="size-3.5" aria-hidden="true" />
            </Button>
          )}
          <Button variant="quiet" aria-label={`Remove ${title}`} onClick={onRemove}>
            <Trash2 className="size-3.5" aria-hidden="true" />
          </Button>
        </div>
      </div>
      <div className="grid gap-x-6 gap-y-3 sm:grid-cols-2">
        {text("name", "Name", { path: "name" })}
        <Select
          label="Operation"
          value={op}
          onChange={(event) => onChange({ ...feature, op: event.target.value as DraftFeature["op"] })}
        >
          {OPS.map((each) => (
            <option key={each} value={each}>
              {OP_LABELS[each]}
            </option>
          ))}
        </Select>
        {text("windows", "Windows", { path: "windows", hint: "such as 1h, 7d, ever" })}
        {text("where", "Only events where", { path: "where", hint: "such as type = click and value > 10" })}
        {HAS_FIELD.has(op) &&
          text("field", "Field", { path: "field", hint: "value, itemId, context.size …" })}
        {op === "distinct" && text("bound", "Exact up to", { path: "bound" })}
        {op === "last_n" && text("n", "How many", { path: "n" })}
        {op === "decayed_count" && text("halfLife", "Half-life", { path: "halfLife", hint: "such as 6h" })}
        {op === "ratio" && (
          <>
            {text("numeratorWhere", "Numerator: events where", { path: "numerator.where" })}
            {text("numeratorField", "Numerator: sum of", {
              path: "numerator.field",
              hint: "a field; empty counts events",
            })}
            {text("denominatorWhere", "Denominator: events where", { path: "denominator.where" })}
            {text("denominatorField", "Denominator: sum of", {
              path: "denominator.field",
              hint: "a field; empty counts events",
            })}
            {text("rate", "Prior rate", { path: "prior.rate", hint: "believed without data" })}
            {text("weight", "Prior weight", { path: "prior.weight", hint: "in units of the denominator" })}
          </>
        )}
        {op !== "last_n" &&
          text("default", "Default", {
            path: "default",
            hint: "served without data; empty: what the operation implies; null",
          })}
      </div>
    </fieldset>
  );
}
