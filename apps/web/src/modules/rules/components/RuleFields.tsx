"use client";

import { Field } from "@/components/ui/Field";
import { useSession } from "@/modules/shell/session";
import type { RuleForm } from "../presenters/ruleForm";
import { EffectFields } from "./EffectFields";
import { MatchFields } from "./MatchFields";
import { ScopeFields } from "./ScopeFields";

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
  const part = { form, set, problem };
  return (
    <div className="flex flex-col gap-4">
      <Field
        label="Name"
        value={form.name}
        maxLength={120}
        onChange={(event) => set({ name: event.target.value })}
        problem={problem("name")}
      />
      <EffectFields {...part} />
      <MatchFields {...part} />
      <ScopeFields {...part} />
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
