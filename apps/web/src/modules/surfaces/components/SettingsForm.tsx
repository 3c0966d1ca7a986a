"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type FormEvent, useRef, useState } from "react";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { Button } from "@/components/ui/Button";
import { Field } from "@/components/ui/Field";
import { Section } from "@/components/ui/Section";
import { formatDecimal } from "@/lib/format";
import { notify } from "@/lib/notify";
import { problemOf, problemText } from "@/lib/problem";
import { surfaceLabel } from "@/lib/rungs";
import { type ApiOutputs, useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { problemsByField, readSettings } from "../presenters/settingsForm";
import { ChangeTable } from "./ChangeTable";
import { SettingsFields } from "./SettingsFields";

export type EditedSurface = ApiOutputs["surfaces"]["get"];

/** The form, what it would change, and publishing it. What was typed stays whatever is refused. */
export function SettingsForm({ surface }: { surface: EditedSurface }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const router = useRouter();
  const { slug: workspace, href } = useWorkspace();
  const form = useRef<HTMLFormElement>(null);
  const [isStale, setStale] = useState(true);
  const name = surface.surface;
  const live = useQuery(trpc.surfaces.funnel.queryOptions({ workspace, surface: name, range: "15m" }));
  const preview = useMutation(trpc.surfaces.preview.mutationOptions({ onSuccess: () => setStale(false) }));
  const update = useMutation(
    trpc.surfaces.update.mutationOptions({
      onSuccess: async ({ releaseNumber }, { use }) => {
        await client.invalidateQueries({ queryKey: trpc.surfaces.pathKey() });
        if (use === "candidate" && releaseNumber !== null) {
          await client.invalidateQueries({ queryKey: trpc.releases.pathKey() });
          router.push(href(`/rollouts/new?candidate=release:${releaseNumber}`));
          return;
        }
        void notify(
          "success",
          releaseNumber === null
            ? "Nothing differs; nothing was published."
            : `Release ${releaseNumber} is current. Replicas load it and switch by themselves.`,
        );
        router.push(href(`/surfaces/${name}`));
      },
    }),
  );
  const error = update.error ?? preview.error;
  const problems = problemsByField([
    ...(preview.data?.problems ?? []),
    ...(error === null ? [] : problemOf(error).fields),
  ]);
  const nProblems = Object.keys(problems).length;
  const show = () => {
    update.reset();
    preview.mutate({ workspace, surface: name, settings: readSettings(new FormData(form.current!)) });
  };
  const save = (use: "current" | "candidate", toSettings: typeof readSettings | (() => null)) => {
    const typed = new FormData(form.current!);
    update.mutate({
      workspace,
      surface: name,
      settings: toSettings(typed),
      basedOn: surface.revision,
      use,
      reason: String(typed.get("reason")).trim(),
    });
  };
  const publish = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save("current", readSettings);
  };
  const rate = live.data?.funnel?.requestsPerSecond;
  return (
    <form ref={form} onSubmit={publish} onChange={() => setStale(true)} noValidate>
      <SettingsFields surface={surface} problems={problems} />
      <Section title="What changes">
        <p className="max-w-prose text-ink-2">
          Touches every answer of {surfaceLabel(name).toLowerCase()}
          {rate === undefined ? "" : ` (${formatDecimal(rate, 2)} requests/s over the last 15 minutes)`} on
          all replicas, within the time they take to load a release. Other surfaces stay as they are; going
          back is one rollback. Rolled out, it reaches shoppers in steps and is compared with what is served;
          it becomes the setting when everybody has it.
        </p>
        <div className="mt-3 flex flex-wrap items-center gap-2">
          <Button onClick={show} disabled={preview.isPending}>
            Show what changes
          </Button>
        </div>
        <div aria-live="polite" className="mt-3">
          {preview.data !== undefined && !isStale && nProblems === 0 && (
            <>
              <p className="mb-2">
                {preview.data.changes.length === 0
                  ? "Nothing differs from what is stored."
                  : `${preview.data.changes.length} ${preview.data.changes.length === 1 ? "field changes" : "fields change"}; publishing makes release ${preview.data.release ?? "–"}.`}
              </p>
              {preview.data.changes.length > 0 && (
                <ChangeTable label="What changes" changes={preview.data.changes} />
              )}
            </>
          )}
          {nProblems > 0 && (
            <div role="alert" className="text-harm">
              {Object.entries(problems).map(([field, problem]) => (
                <p key={field}>
                  <span className="font-mono text-xs">{field}</span>: {problem}
                </p>
              ))}
            </div>
          )}
          {error !== null && nProblems === 0 && (
            <p role="alert" className="text-harm">
              {problemText(error)}
            </p>
          )}
        </div>
        <Field
          label="Why"
          name="reason"
          maxLength={300}
          hint="Kept with the revision and in the release's note."
          className="mt-4 max-w-xl"
        />
        <div className="mt-4 flex flex-wrap gap-2">
          <GuardedButton
            permission="surface:edit"
            type="submit"
            variant="primary"
            disabled={update.isPending}
          >
            {update.isPending ? "Publishing …" : "Publish a release"}
          </GuardedButton>
          <GuardedButton
            permission="rollout:create"
            disabled={update.isPending}
            onClick={() => save("candidate", readSettings)}
          >
            Roll it out in steps
          </GuardedButton>
          {!surface.isDefault && (
            <GuardedButton
              permission="surface:edit"
              disabled={update.isPending}
              onClick={() => save("current", () => null)}
            >
              Back to the defaults
            </GuardedButton>
          )}
        </div>
      </Section>
    </form>
  );
}
