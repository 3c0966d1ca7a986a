"use client";

import { useId } from "react";
import { Field, inputClass, Select } from "@/components/ui/Field";
import { SURFACE_LABELS } from "@/lib/rungs";
import { useSession } from "@/modules/shell/session";
import type { RuleForm } from "../presenters/ruleForm";

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
const SURFACES = ["home_feed", "product_detail", "cart", "search_suggestions", "notifications"] as const;
const DEVICES = ["desktop", "mobile", "tablet", "app"] as const;

/** Everything a rule says, in the order of its sentence: where, what, which items, when. */
export function RuleFields({
  form,
  problems,
  onChange,
}: {
  form: RuleForm;
  /** By field of the definition, such as `match.itemIds`. */
  problems: Readonly<Record<string, string>>;
  onChange: (form: RuleForm) => void;
}) {
  const { allowed: mayCompliance, roles } = useSession().can["rule:compliance"];
  const set = (change: Partial<RuleForm>) => onChange({ ...form, ...change });
  const problem = (...fields: string[]) =>
    fields.map((field) => problems[field]).find((each) => each !== undefined);
  const toggle = (list: readonly string[], value: string) =>
    list.includes(value) ? list.filter((each) => each !== value) : [...list, value];
  const hasStrength = form.effect === "boost" || form.effect === "bury";
  return (
    <div className="flex flex-col gap-4">
      <Field
        label="Name"
        value={form.name}
        maxLength={120}
        onChange={(event) => set({ name: event.target.value })}
        problem={problem("name")}
      />
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
      <div className="grid gap-4 sm:grid-cols-3">
        <Field
          label="From (UTC)"
          type="datetime-local"
          value={form.from}
          onChange={(event) => set({ from: event.target.value })}
          problem={problem("from")}
        />
        <Field
          label="To (UTC)"
          type="datetime-local"
          value={form.to}
          onChange={(event) => set({ to: event.target.value })}
          problem={problem("to")}
        />
        <Field
          label="Priority"
          type="number"
          min={0}
          max={100}
          value={form.priority}
          hint="Higher goes first"
          onChange={(event) => set({ priority: event.target.value })}
          problem={problem("priority")}
        />
      </div>
      <label className="flex items-start gap-2">
        <input
          type="checkbox"
          className="mt-1"
          checked={form.class === "compliance"}
          disabled={!mayCompliance}
          onChange={(event) => set({ class: event.target.checked ? "compliance" : "merchandising" })}
        />
        <span>
          Compliance: no source, pin or fallback list brings these items back
          {!mayCompliance && <span className="text-ink-3"> (for {roles})</span>}
          {problem("effect.kind") !== undefined && (
            <span className="block text-harm text-xs">{problem("effect.kind")}</span>
          )}
        </span>
      </label>
    </div>
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
