"use client";

import { Plus, Trash2 } from "lucide-react";
import { Button } from "@/components/ui/Button";
import { Field, Select } from "@/components/ui/Field";
import { Section } from "@/components/ui/Section";
import {
  createFeature,
  type Draft,
  type DraftFeature,
  type DraftField,
  ENTITIES,
  EVENT_TYPES,
} from "../presenters/draft";
import { ENTITY_WORDS, MODE_WORDS } from "../presenters/words";
import { FeatureEditor } from "./FeatureEditor";

const MODES = ["both", "batch", "stream"] as const;

/** A definition as a form. Holds nothing itself: the page has the draft, and the problems of its preview. */
export function DraftForm({
  draft,
  isNew,
  problemOf,
  onChange,
}: {
  draft: Draft;
  /** A view that is published keeps its name. */
  isNew: boolean;
  problemOf: (field: string) => string | undefined;
  onChange: (draft: Draft) => void;
}) {
  const set = (part: Partial<Draft>) => onChange({ ...draft, ...part });
  const text = (name: keyof Draft & string, label: string, hint?: string) => (
    <Field
      label={label}
      value={String(draft[name])}
      onChange={(event) => set({ [name]: event.target.value })}
      problem={problemOf(name)}
      {...(hint === undefined ? {} : { hint })}
    />
  );
  return (
    <>
      <Section title="View">
        <div className="grid gap-x-6 gap-y-3 sm:grid-cols-2">
          <Field
            label="Name"
            value={draft.name}
            readOnly={!isNew}
            onChange={(event) => set({ name: event.target.value })}
            problem={draft.name === "" ? undefined : problemOf("name")}
            hint={isNew ? "lower-case letters, digits and _" : "a version keeps the name"}
          />
          {text("owner", "Owner", "team that answers for it")}
          {text("description", "What it is")}
          <Select
            label="One row per"
            value={draft.entity}
            onChange={(event) => set({ entity: event.target.value as Draft["entity"] })}
          >
            {ENTITIES.map((entity) => (
              <option key={entity} value={entity}>
                {ENTITY_WORDS[entity]}
              </option>
            ))}
          </Select>
          <Select
            label="Computed"
            value={draft.mode}
            onChange={(event) => set({ mode: event.target.value as Draft["mode"] })}
          >
            {MODES.map((mode) => (
              <option key={mode} value={mode}>
                {MODE_WORDS[mode]}
              </option>
            ))}
          </Select>
          {text("freshnessObjectiveSeconds", "Freshness objective, s", "from the event to the stored value")}
          {text("ttl", "Expires after", "such as 60d without an event; empty: never")}
          {text("allowedLateness", "Allowed lateness", "events that arrive later are left out")}
        </div>
      </Section>
      <Section title="Events">
        <fieldset>
          <legend className="mb-1 font-medium">Types</legend>
          <div className="flex flex-wrap gap-x-5 gap-y-2">
            {EVENT_TYPES.map((type) => (
              <label key={type} className="flex items-center gap-2">
                <input
                  type="checkbox"
                  className="size-4 accent-(--accent)"
                  checked={draft.types.includes(type)}
                  onChange={(event) =>
                    set({
                      types: event.target.checked
                        ? [...draft.types, type]
                        : draft.types.filter((each) => each !== type),
                    })
                  }
                />
                {type}
              </label>
            ))}
          </div>
          {problemOf("source.types") !== undefined && (
            <p className="mt-1 text-harm text-xs">{problemOf("source.types")}</p>
          )}
        </fieldset>
        <Field
          className="mt-3"
          label="Only events of the view where"
          value={draft.where}
          onChange={(event) => set({ where: event.target.value })}
          problem={problemOf("source.where")}
          hint="such as surface = home_feed and not value exists; empty: all of these types"
        />
        <FieldList fields={draft.fields} problemOf={problemOf} onChange={(fields) => set({ fields })} />
      </Section>
      <FeatureList
        features={draft.features}
        problemOf={problemOf}
        onChange={(features) => set({ features })}
      />
    </>
  );
}

function FeatureList({
  features,
  problemOf,
  onChange,
}: {
  features: readonly DraftFeature[];
  problemOf: (field: string) => string | undefined;
  onChange: (features: readonly DraftFeature[]) => void;
}) {
  const nextKey = Math.max(-1, ...features.map(({ key }) => key)) + 1;
  return (
    <Section title="Features" verdict="Each is computed over each of its windows.">
      {features.map((feature, i) => (
        <FeatureEditor
          key={feature.key}
          feature={feature}
          index={i}
          problemOf={(field) => problemOf(`features.${i}.${field}`)}
          onChange={(changed) =>
            onChange(features.map((each) => (each.key === changed.key ? changed : each)))
          }
          onRemove={() => onChange(features.filter(({ key }) => key !== feature.key))}
          onUp={
            i === 0
              ? null
              : () =>
                  onChange([...features.slice(0, i - 1), feature, features[i - 1]!, ...features.slice(i + 1)])
          }
        />
      ))}
      {problemOf("features") !== undefined && features.length === 0 && (
        <p className="py-2 text-harm text-xs">{problemOf("features")}</p>
      )}
      <Button className="mt-3" onClick={() => onChange([...features, createFeature(nextKey)])}>
        <Plus className="size-3.5" aria-hidden="true" />
        Add a feature
      </Button>
    </Section>
  );
}

/** Fields of the events' context that the view reads: each with its type and how it relates to a person. */
function FieldList({
  fields,
  problemOf,
  onChange,
}: {
  fields: readonly DraftField[];
  problemOf: (field: string) => string | undefined;
  onChange: (fields: readonly DraftField[]) => void;
}) {
  const change = (key: number, part: Partial<DraftField>) =>
    onChange(fields.map((each) => (each.key === key ? { ...each, ...part } : each)));
  const nextKey = Math.max(-1, ...fields.map(({ key }) => key)) + 1;
  return (
    <div className="mt-4">
      {fields.map((field) => (
        <div key={field.key} className="mb-3 grid items-end gap-3 sm:grid-cols-[1fr_8rem_10rem_auto]">
          <Field
            label="Context field"
            value={field.name}
            onChange={(event) => change(field.key, { name: event.target.value })}
            problem={problemOf(`fields.${field.name}`)}
          />
          <Select
            label="Type"
            value={field.type}
            onChange={(event) => change(field.key, { type: event.target.value as DraftField["type"] })}
          >
            <option value="text">text</option>
            <option value="number">number</option>
          </Select>
          <Select
            label="Personal data"
            value={field.pii}
            onChange={(event) => change(field.key, { pii: event.target.value as DraftField["pii"] })}
          >
            <option value="none">none</option>
            <option value="pseudonymous">pseudonymous</option>
            <option value="pii">PII: refused</option>
          </Select>
          <Button
            variant="quiet"
            aria-label={`Remove ${field.name === "" ? "the field" : field.name}`}
            onClick={() => onChange(fields.filter(({ key }) => key !== field.key))}
          >
            <Trash2 className="size-3.5" aria-hidden="true" />
          </Button>
        </div>
      ))}
      <Button
        variant="quiet"
        onClick={() => onChange([...fields, { key: nextKey, name: "context.", type: "text", pii: "none" }])}
      >
        <Plus className="size-3.5" aria-hidden="true" />
        Declare a context field
      </Button>
    </div>
  );
}
