"use client";

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { Field, Select } from "@/components/ui/Field";
import { StateWord } from "@/components/ui/StateWord";
import { formatMs } from "@/lib/format";
import { problemOf, problemText } from "@/lib/problem";
import { type ApiOutputs, useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { type Golden, type RowFeature, readTypedRow, toTypedRow } from "../presenters/golden";

/** A row typed in by hand, and the score that the version gives it. */
export function TryRowForm({
  at,
  golden: { features, rows },
}: {
  at: { readonly name: string; readonly version: number };
  golden: Golden;
}) {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const [typed, setTyped] = useState(() => toTypedRow(features, null));
  const [unread, setUnread] = useState<Record<string, string>>({});
  const score = useMutation(trpc.models.scoreRow.mutationOptions());
  const problems = { ...apiProblems(score.error), ...unread };
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const { values, problems: found } = readTypedRow(features, typed);
    setUnread(found);
    score.reset();
    if (Object.keys(found).length === 0) score.mutate({ workspace, ...at, values });
  }
  return (
    <form onSubmit={submit} noValidate>
      <Select
        label="Begin with"
        className="mb-4 max-w-60"
        defaultValue=""
        onChange={({ target: { value } }) => {
          setTyped(toTypedRow(features, value === "" ? null : rows[Number(value)]!.inputs));
          setUnread({});
          score.reset();
        }}
      >
        <option value="">the defaults</option>
        {rows.map((_row, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
          <option key={i} value={i}>
            golden row {i + 1}
          </option>
        ))}
      </Select>
      <div className="grid grid-cols-2 gap-x-4 gap-y-3 lg:grid-cols-4 lg:gap-x-6">
        {features.map((feature) => (
          <Field
            key={feature.name}
            label={feature.name}
            className="min-w-0 [&_label]:break-words [&_label]:font-mono [&_label]:text-xs"
            value={typed[feature.name] ?? ""}
            onChange={(event) => setTyped({ ...typed, [feature.name]: event.target.value })}
            inputMode="decimal"
            autoComplete="off"
            hint={rangeHint(feature)}
            problem={problems[feature.name]}
          />
        ))}
      </div>
      <div className="mt-4 flex flex-wrap items-center gap-4" aria-live="polite">
        <GuardedButton permission="model:register" type="submit" variant="primary" disabled={score.isPending}>
          {score.isPending ? "Scoring …" : "Score it"}
        </GuardedButton>
        {score.data !== undefined && <Score result={score.data} />}
        {score.error !== null && (
          <p role="alert" className="text-harm">
            {problemText(score.error)}
          </p>
        )}
      </div>
    </form>
  );
}

function Score({ result: { score, ms, outside } }: { result: ApiOutputs["models"]["scoreRow"] }) {
  return (
    <p>
      {Number.isFinite(score) ? (
        <>
          Score <span className="font-medium">{Number(score.toPrecision(7))}</span>
        </>
      ) : (
        <StateWord tone="harm">{`The model gives ${score}, which is no number`}</StateWord>
      )}
      <span className="text-ink-3"> in {formatMs(ms)}</span>
      {outside.length > 0 && (
        <span className="block text-warn">
          Outside of the range it was registered for: {outside.join(", ")}
        </span>
      )}
    </p>
  );
}

function rangeHint({ min, max }: RowFeature): string | undefined {
  return min === null && max === null ? undefined : `${min ?? "−∞"} … ${max ?? "∞"}`;
}

function apiProblems(error: unknown): Record<string, string> {
  if (error === null) return {};
  return Object.fromEntries(
    problemOf(error).fields.map(({ field, problem }) => [field.replace(/^values\./, ""), problem]),
  );
}
