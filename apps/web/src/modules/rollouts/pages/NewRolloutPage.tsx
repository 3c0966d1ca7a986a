"use client";

import type { RolloutPlan } from "@shortlist/contracts";
import { skipToken, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { type FormEvent, useRef, useState } from "react";
import { Async } from "@/components/async/Async";
import { Empty } from "@/components/async/States";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { Button, buttonClass } from "@/components/ui/Button";
import { Field, Select } from "@/components/ui/Field";
import { Page } from "@/components/ui/Page";
import { Section } from "@/components/ui/Section";
import { formatUtc } from "@/lib/format";
import { notify } from "@/lib/notify";
import { problemOf } from "@/lib/problem";
import { type ApiOutputs, useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { BacktestSection } from "../components/BacktestSection";
import { ChangesSection } from "../components/ChangesSection";
import { GuardrailFields, PlanFields, StepFields } from "../components/PlanFields";
import { PreviewSchedule } from "../components/PreviewSection";
import {
  createGuardrailDrafts,
  createStepDrafts,
  type PlanDraft,
  readCandidate,
  readPlan,
} from "../presenters/planForm";

type Releases = ApiOutputs["releases"]["list"];
type Models = ApiOutputs["models"]["list"];

/** `defaults`: the plan when nothing is said; made on the server, which has the rules of plans. */
export function NewRolloutPage({ defaults }: { defaults: RolloutPlan }) {
  const trpc = useTRPC();
  const { slug: workspace, href } = useWorkspace();
  const models = useQuery(trpc.models.list.queryOptions({ workspace }));
  const releases = useQuery(trpc.releases.list.queryOptions({ workspace }));
  return (
    <Page
      title="New rollout"
      verdict="Moves shoppers from the served release to a candidate step by step, and takes them back when a guardrail finds harm."
      actions={
        <Link href={href("/rollouts")} className={buttonClass()}>
          Leave it
        </Link>
      }
    >
      <Async query={releases} rows={10}>
        {(held) =>
          held.currentReleaseId === null ? (
            <Empty
              title="Nothing is served yet"
              command={`npx shortlist train --workspace ${workspace} --wait`}
            >
              A rollout starts from a release that is served; training makes the first one.
            </Empty>
          ) : (
            <Async query={models} rows={10}>
              {(known) => <RolloutForm releases={held} models={known} defaults={defaults} />}
            </Async>
          )
        }
      </Async>
    </Page>
  );
}

function RolloutForm({
  releases,
  models,
  defaults,
}: {
  releases: Releases;
  models: Models;
  defaults: RolloutPlan;
}) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const router = useRouter();
  const asked = useSearchParams().get("candidate") ?? "";
  const { slug: workspace, href } = useWorkspace();
  const form = useRef<HTMLFormElement>(null);
  const [steps, setSteps] = useState(() => createStepDrafts(defaults));
  const [guardrails, setGuardrails] = useState(() => createGuardrailDrafts(defaults));
  const [draft, setDraft] = useState<ReturnType<typeof readDraft>>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const preview = useQuery({
    ...trpc.rollouts.preview.queryOptions(draft === null ? skipToken : { workspace, ...draft }),
    retry: false,
  });
  const shown = draft === null ? undefined : preview.data;
  const create = useMutation(
    trpc.rollouts.create.mutationOptions({
      onSuccess: async ({ number }) => {
        await client.invalidateQueries({ queryKey: trpc.rollouts.pathKey() });
        void notify("success", `Rollout ${number} begins: replicas load the candidate.`);
        router.push(href(`/rollouts/${number}`));
      },
    }),
  );
  const error = create.error ?? (draft === null ? null : preview.error);
  const choices = listChoices(releases, models);

  const read = () => {
    const found = readDraft(new FormData(form.current!), { defaults, steps, guardrails });
    setProblem(found === null ? "Choose what is to be rolled out." : null);
    return found;
  };
  const show = () => {
    create.reset();
    setDraft(read());
  };
  const start = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const note = String(new FormData(event.currentTarget).get("note")).trim();
    const typed = read();
    if (typed !== null) create.mutate({ workspace, note, ...typed });
  };
  const change =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      setDraft(null);
      set(value);
    };

  return (
    <form ref={form} onSubmit={start} onChange={() => setDraft(null)} noValidate>
      <Section title="Candidate">
        <div className="grid max-w-4xl grid-cols-1 gap-4 sm:grid-cols-2">
          <Select label="What is rolled out" name="candidate" defaultValue={asked}>
            <option value="">Choose …</option>
            <optgroup label="A ranker, on the release that is served">
              {choices.rankers.map((choice) => (
                <option key={choice} value={`ranker:${choice}`}>
                  {choice}
                </option>
              ))}
            </optgroup>
            <optgroup label="A release that is there already">
              {choices.releases.map(({ number, note }) => (
                <option key={number} value={`release:${number}`}>
                  {`Release ${number}${note === "" ? "" : `: ${note.slice(0, 60)}`}`}
                </option>
              ))}
            </optgroup>
          </Select>
          <Field label="What for" name="note" maxLength={500} hint="Kept with the rollout." />
        </div>
      </Section>
      <StepFields steps={steps} onChange={change((next) => setSteps([...next]))} />
      <GuardrailFields guardrails={guardrails} onChange={change((next) => setGuardrails([...next]))} />
      <PlanFields />
      <Section title="What it does">
        <Button onClick={show} disabled={preview.isFetching}>
          Show what it does
        </Button>
        <div aria-live="polite" className="mt-3">
          {shown !== undefined && (
            <>
              <p className="mb-2">
                {shown.isSame
                  ? "The candidate is what is served already; there is nothing to roll out."
                  : `At the earliest everybody has it for good by ${formatUtc(shown.endsAt)}.`}
                {shown.running !== null &&
                  ` Rollout ${shown.running.number} is under way; this one can begin when it has ended.`}
              </p>
              <PreviewSchedule preview={shown} />
            </>
          )}
          {problem !== null && (
            <p role="alert" className="text-harm">
              {problem}
            </p>
          )}
          {error !== null && (
            <div role="alert" className="text-harm">
              <p>{problemOf(error).detail ?? problemOf(error).title}</p>
              {problemOf(error).fields.map(({ field, problem: says }) => (
                <p key={field}>
                  <span className="font-mono text-xs">{field}</span>: {says}
                </p>
              ))}
            </div>
          )}
        </div>
      </Section>
      {shown !== undefined && !shown.isSame && (
        <ChangesSection changes={shown.changes} stableNumber={shown.stableNumber} candidateNumber={null} />
      )}
      {draft?.candidate.kind === "ranker" && <BacktestSection ranker={draft.candidate.ranker} />}
      <div className="mt-6">
        <GuardedButton
          permission="rollout:create"
          type="submit"
          variant="primary"
          disabled={create.isPending}
        >
          {create.isPending ? "Beginning …" : "Begin the rollout"}
        </GuardedButton>
      </div>
    </form>
  );
}

function readDraft(fields: FormData, typed: Omit<PlanDraft, "fields">) {
  const candidate = readCandidate(String(fields.get("candidate")));
  return candidate === null ? null : { candidate, plan: readPlan({ ...typed, fields }) };
}

/** Ranker versions and releases that are not served now, newest first. */
function listChoices({ releases, currentReleaseId }: Releases, models: Models) {
  const serving = releases.find(({ releaseId }) => releaseId === currentReleaseId);
  const served = new Set(serving?.models.map(({ ref }) => ref));
  const rankers = models
    .filter(({ kind }) => kind === "ranker")
    .flatMap(({ name, latest, nVersions }) =>
      latest === null
        ? []
        : Array.from({ length: Math.min(nVersions, 10) }, (_, i) => `${name}@${latest.version - i}`),
    )
    .filter((ref) => !served.has(ref) && !ref.endsWith("@0"));
  return {
    rankers,
    releases: releases.filter(({ releaseId }) => releaseId !== currentReleaseId).slice(0, 20),
  };
}
