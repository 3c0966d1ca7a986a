"use client";

import type { TrainingConfig } from "@shortlist/contracts";
import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type Resolver, useForm } from "react-hook-form";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { Field } from "@/components/ui/Field";
import { problemText } from "@/lib/problem";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";

type NumberField = Exclude<keyof TrainingConfig, "publish">;

const FIELDS: readonly { name: NumberField; label: string; hint: string; step?: string }[] = [
  { name: "factors", label: "Factors", hint: "size of shopper and item vectors, 4–128" },
  { name: "iterations", label: "Iterations", hint: "passes over the log, 1–50" },
  {
    name: "regularization",
    label: "Regularisation",
    hint: "higher: less fitted to single shoppers",
    step: "any",
  },
  {
    name: "unobservedWeight",
    label: "Weight of the unseen",
    hint: "how much not choosing an item counts",
    step: "any",
  },
  { name: "contentDimensions", label: "Content dimensions", hint: "size of text vectors, 8–256" },
  { name: "neighbors", label: "Neighbours", hint: "items kept per item, 5–500" },
  {
    name: "testSharePct",
    label: "Held out, %",
    hint: "newest share of the interactions, used for evaluation, 1–40",
    step: "any",
  },
  { name: "seed", label: "Seed", hint: "the same seed and data give the same models" },
];

/** The validator weighs more than the rest of the page, so it comes with the first check. */
const resolver: Resolver<TrainingConfig> = async (values, context, options) => {
  const { trainingResolver } = await import("../trainingResolver");
  return trainingResolver(values, context, options);
};

export function TrainingForm({ defaults }: { defaults: TrainingConfig }) {
  const trpc = useTRPC();
  const router = useRouter();
  const { slug: workspace, href } = useWorkspace();
  const form = useForm<TrainingConfig>({ resolver, defaultValues: defaults });
  const start = useMutation(
    trpc.jobs.startTraining.mutationOptions({
      onSuccess: ({ jobId }) => router.push(href(`/jobs/${jobId}`)),
    }),
  );
  const { errors } = form.formState;
  return (
    <form
      noValidate
      onSubmit={form.handleSubmit((config) => start.mutate({ workspace, config }))}
      className="max-w-3xl"
    >
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        {FIELDS.map(({ name, label, hint, step }) => (
          <Field
            key={name}
            label={label}
            hint={hint}
            type="number"
            step={step ?? "1"}
            inputMode="decimal"
            problem={errors[name]?.message}
            {...form.register(name, { valueAsNumber: true })}
          />
        ))}
      </div>
      <label className="mt-6 flex items-start gap-3">
        <input type="checkbox" className="mt-0.5 size-4 accent-(--accent)" {...form.register("publish")} />
        <span>
          <span className="block font-medium">Publish a release</span>
          <span className="block text-ink-3 text-xs">
            All replicas of this workspace load it, check it and then answer every shopper from it. Rolling
            back is one click on Serving.
          </span>
        </span>
      </label>
      {start.error !== null && (
        <p role="alert" className="mt-4 text-harm">
          {problemText(start.error)}
        </p>
      )}
      <div className="mt-6">
        <GuardedButton permission="training:start" variant="primary" type="submit" disabled={start.isPending}>
          {start.isPending ? "Starting …" : "Start training"}
        </GuardedButton>
      </div>
    </form>
  );
}
