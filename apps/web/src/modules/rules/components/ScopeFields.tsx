import { SURFACES } from "@shortlist/contracts/vocabulary";
import { Field, Select } from "@/components/ui/Field";
import { SURFACE_LABELS } from "@/lib/rungs";
import type { RuleForm } from "../presenters/ruleForm";
import type { RuleFieldProps } from "./fieldProps";

const DEVICES = ["desktop", "mobile", "tablet", "app"] as const;

/** Which requests the rule is about. */
export function ScopeFields({ form, set, problem }: RuleFieldProps) {
  const toggle = (list: readonly string[], value: string) =>
    list.includes(value) ? list.filter((each) => each !== value) : [...list, value];
  return (
    <fieldset>
      <legend className="mb-1 font-medium">On which requests; nothing chosen means all</legend>
      <Checks
        label="Surfaces"
        values={SURFACES}
        labelOf={(surface) => SURFACE_LABELS[surface] ?? surface}
        chosen={form.surfaces}
        onToggle={(value) => set({ surfaces: toggle(form.surfaces, value) })}
      />
      <Checks
        label="Devices"
        values={DEVICES}
        labelOf={(device) => device}
        chosen={form.devices}
        onToggle={(value) => set({ devices: toggle(form.devices, value) })}
      />
      <div className="mt-2 grid gap-4 sm:grid-cols-2">
        <Field
          label="Regions"
          value={form.regions.replaceAll("\n", ", ")}
          hint="Such as DE, FR"
          onChange={(event) => set({ regions: event.target.value })}
          problem={problem("scope.regions")}
        />
        <Select
          label="Shoppers"
          value={form.shoppers}
          onChange={(event) => set({ shoppers: event.target.value as RuleForm["shoppers"] })}
        >
          <option value="">all</option>
          <option value="signed_in">signed in</option>
          <option value="anonymous">anonymous</option>
        </Select>
      </div>
    </fieldset>
  );
}

function Checks({
  label,
  values,
  labelOf,
  chosen,
  onToggle,
}: {
  label: string;
  values: readonly string[];
  labelOf: (value: string) => string;
  chosen: readonly string[];
  onToggle: (value: string) => void;
}) {
  return (
    <fieldset className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-1">
      <legend className="sr-only">{label}</legend>
      <span aria-hidden="true" className="w-20 text-ink-3">
        {label}
      </span>
      {values.map((value) => (
        <label key={value} className="inline-flex min-h-6 items-center gap-1.5">
          <input type="checkbox" checked={chosen.includes(value)} onChange={() => onToggle(value)} />
          {labelOf(value)}
        </label>
      ))}
    </fieldset>
  );
}
