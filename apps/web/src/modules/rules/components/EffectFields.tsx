import { Field, Select } from "@/components/ui/Field";
import type { RuleForm } from "../presenters/ruleForm";
import type { RuleFieldProps } from "./fieldProps";

const EFFECTS: Readonly<Record<RuleForm["effect"], string>> = {
  pin: "Pin to a position",
  boost: "Boost",
  bury: "Bury",
  hide: "Hide",
  only: "Show only",
  cap: "Show at most",
  suggest: "Suggest (an editorial list)",
  sponsor: "Sponsor a position",
  spread: "Show at most, of each",
  at_least: "Show at least",
};
/** What the rule does with its items, and how much of it. */
export function EffectFields({ form, set, problem }: RuleFieldProps) {
  const hasStrength = form.effect === "boost" || form.effect === "bury";
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Select
        label="Do"
        value={form.effect}
        onChange={(event) => set({ effect: event.target.value as RuleForm["effect"] })}
      >
        {Object.entries(EFFECTS).map(([effect, label]) => (
          <option key={effect} value={effect}>
            {label}
          </option>
        ))}
      </Select>
      {hasStrength && (
        <Select
          label="How much"
          value={form.strength}
          onChange={(event) => set({ strength: event.target.value as RuleForm["strength"] })}
        >
          <option value="little">a little (½ σ of the scores)</option>
          <option value="some">somewhat (1 σ)</option>
          <option value="strong">strongly (2 σ)</option>
        </Select>
      )}
      {(form.effect === "pin" || form.effect === "sponsor") && (
        <Field
          label="Position"
          type="number"
          min={1}
          max={100}
          value={form.position}
          onChange={(event) => set({ position: event.target.value })}
          problem={problem("effect.position")}
        />
      )}
      {form.effect === "spread" && (
        <Select
          label="Of each"
          value={form.by}
          onChange={(event) => set({ by: event.target.value as RuleForm["by"] })}
        >
          <option value="brand">brand</option>
          <option value="category">category</option>
          <option value="seller">seller</option>
        </Select>
      )}
      {(form.effect === "cap" || form.effect === "spread" || form.effect === "at_least") && (
        <Field
          label="How many"
          type="number"
          min={1}
          max={50}
          value={form.max}
          onChange={(event) => set({ max: event.target.value })}
          problem={problem("effect.max", "effect.min")}
        />
      )}
    </div>
  );
}
