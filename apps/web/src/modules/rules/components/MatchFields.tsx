import { useId } from "react";
import { Field, inputClass } from "@/components/ui/Field";
import type { RuleFieldProps } from "./fieldProps";

/** Which items the rule is about. */
export function MatchFields({ form, set, problem }: RuleFieldProps) {
  return (
    <fieldset>
      <legend className="mb-1 font-medium">Which items; all that is filled in has to hold</legend>
      {problem("match") !== undefined && <p className="mb-1 text-harm text-xs">{problem("match")}</p>}
      <div className="grid gap-4 sm:grid-cols-2">
        <Lines
          label="Item ids"
          value={form.itemIds}
          hint="One a line; pins and lists keep this order"
          problem={problem("match.itemIds")}
          onChange={(itemIds) => set({ itemIds })}
        />
        <Lines
          label="Brands"
          value={form.brands}
          hint="One a line"
          problem={problem("match.brands")}
          onChange={(brands) => set({ brands })}
        />
        <Lines
          label="Sellers"
          value={form.sellers}
          hint="One a line"
          problem={problem("match.sellers")}
          onChange={(sellers) => set({ sellers })}
        />
        <Lines
          label="Categories"
          value={form.categories}
          hint="One a line, such as Shoes > Trail running; with all below"
          problem={problem("match.categories")}
          onChange={(categories) => set({ categories })}
        />
        <div className="grid content-start gap-4">
          <div className="grid grid-cols-2 gap-4">
            <Field
              label="Price from"
              inputMode="decimal"
              value={form.priceMin}
              onChange={(event) => set({ priceMin: event.target.value })}
              problem={problem("match.priceMin")}
            />
            <Field
              label="Price to"
              inputMode="decimal"
              value={form.priceMax}
              onChange={(event) => set({ priceMax: event.target.value })}
              problem={problem("match.priceMax")}
            />
          </div>
          <Field
            label="At most so many days old"
            inputMode="numeric"
            value={form.newerThanDays}
            onChange={(event) => set({ newerThanDays: event.target.value })}
            problem={problem("match.newerThanDays")}
          />
        </div>
      </div>
    </fieldset>
  );
}

function Lines({
  label,
  value,
  hint,
  problem,
  onChange,
}: {
  label: string;
  value: string;
  hint: string;
  problem: string | undefined;
  onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <textarea
        id={id}
        rows={3}
        value={value}
        aria-describedby={`${id}-hint`}
        {...(problem === undefined ? {} : { "aria-invalid": true as const })}
        onChange={(event) => onChange(event.target.value)}
        className={`${inputClass} h-auto py-1.5 font-mono text-xs`}
      />
      <p
        id={`${id}-hint`}
        className={problem === undefined ? "mt-1 text-ink-3 text-xs" : "mt-1 text-harm text-xs"}
      >
        {problem ?? hint}
      </p>
    </div>
  );
}
