"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { type FormEvent, useId, useState } from "react";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { Field, inputClass } from "@/components/ui/Field";
import { Page } from "@/components/ui/Page";
import { Section } from "@/components/ui/Section";
import { formatShare } from "@/lib/format";
import { problemOf } from "@/lib/problem";
import { type ApiOutputs, useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { CheckFacts } from "../components/CheckFacts";
import { type FormProblems, placeProblems, toManifest } from "../presenters/registerForm";
import { UploadRefused, uploadFile } from "../uploadFile";

type Registered = ApiOutputs["models"]["register"];

/** Registers a ranker that was trained elsewhere: its file, its features, what it cannot say itself. */
export function RegisterPage() {
  const trpc = useTRPC();
  const client = useQueryClient();
  const { slug: workspace, href } = useWorkspace();
  const [problems, setProblems] = useState<FormProblems>({});
  const [progress, setProgress] = useState<number | null>(null);
  const [registered, setRegistered] = useState<Registered | null>(null);
  const register = useMutation(trpc.models.register.mutationOptions());

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const text = (name: string) => String(data.get(name) ?? "");
    const goldenFile = data.get("golden") as File;
    const golden = goldenFile.size === 0 ? null : await goldenFile.text();
    const manifest = toManifest({
      features: text("features"),
      output: text("output"),
      scoreColumn: text("scoreColumn"),
      golden,
    });
    setRegistered(null);
    setProblems(manifest.ok ? {} : placeProblems(null, manifest.problems));
    if (!manifest.ok) return;
    try {
      setProgress(0);
      const { sha256 } = await uploadFile(workspace, data.get("file") as File, setProgress);
      const answer = await register.mutateAsync({
        workspace,
        name: text("name").trim(),
        description: text("description"),
        manifest: manifest.value,
        artifacts: [{ name: "model.onnx", sha256 }],
        makeGolden: golden === null,
      });
      setRegistered(answer);
      await client.invalidateQueries({ queryKey: trpc.models.pathKey() });
    } catch (error) {
      if (error instanceof UploadRefused) setProblems({ file: error.message });
      else {
        const { title, detail, fields } = problemOf(error);
        setProblems(placeProblems(detail ?? title, fields));
      }
    } finally {
      setProgress(null);
    }
  }

  return (
    <Page
      title="Register a model"
      verdict="A ranker in ONNX that was trained anywhere. It is run before it is taken, and refused with the reason when it does not check out."
    >
      <form onSubmit={submit} className="flex max-w-2xl flex-col gap-5">
        <Field
          label="Name"
          name="name"
          required
          maxLength={64}
          pattern="[a-z0-9][a-z0-9_\-]*"
          title="lower-case letters, digits, _ or -"
          hint="Of a new model, or of one that gets a new version. Lower-case letters, digits, _ and -."
          problem={problems.name}
        />
        <Field label="What it is" name="description" maxLength={2000} />
        <Field
          label="Model file"
          name="file"
          type="file"
          accept=".onnx"
          required
          className="[&_input]:py-1"
          hint="One ONNX file: a float32 input of [rows, features], a float32 output."
          problem={problems.file}
        />
        <FeatureLines problem={problems.features} />
        <div className="grid gap-5 sm:grid-cols-2">
          <Field
            label="Output"
            name="output"
            hint="Empty: the only one that is a float32 tensor."
            problem={problems.output}
          />
          <Field
            label="Score column"
            name="scoreColumn"
            type="number"
            min={0}
            hint="Of a classifier, counted from 0. Empty: the probability of class 1."
            problem={problems.scoreColumn}
          />
        </div>
        <Field
          label="Golden rows"
          name="golden"
          type="file"
          accept=".json"
          className="[&_input]:py-1"
          hint="Rows and their scores where it was trained, as JSON. Without them they are made by running the model, and a wrong order of features is not noticed."
          problem={problems.golden}
        />
        {problems.form !== undefined && (
          <p role="alert" className="text-harm">
            {problems.form}
          </p>
        )}
        <div className="flex items-center gap-4">
          <GuardedButton
            permission="model:register"
            type="submit"
            variant="primary"
            disabled={progress !== null}
          >
            Register
          </GuardedButton>
          <Progress share={progress} />
        </div>
      </form>
      {registered !== null && (
        <Section title="Registered" verdict="Every replica runs its golden rows again before it serves it.">
          <p className="mb-4" role="status">
            <Link
              className="link font-mono"
              href={href(`/models/${registered.name}/v/${registered.version}`)}
            >
              {registered.name}@{registered.version}
            </Link>
          </p>
          {registered.check !== null && <CheckFacts check={registered.check} />}
        </Section>
      )}
    </Page>
  );
}

function FeatureLines({ problem }: { problem: string | undefined }) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-medium">
        Features, in the order of the model's columns
      </label>
      <textarea
        id={id}
        name="features"
        required
        rows={8}
        spellCheck={false}
        placeholder={"popularity\nlog_price\nclicks_7d of clicks@2"}
        aria-describedby={`${id}-hint`}
        aria-invalid={problem !== undefined || undefined}
        className={`${inputClass} h-auto py-2 font-mono text-xs leading-5`}
      />
      <p id={`${id}-hint`} className={`mt-1 text-xs ${problem === undefined ? "text-ink-3" : "text-harm"}`}>
        {problem ??
          "One a line: a feature that every replica fills itself, or an output of a shopper's view."}
      </p>
    </div>
  );
}

function Progress({ share }: { share: number | null }) {
  if (share === null) return null;
  if (share >= 1) return <span role="status">The model is being run …</span>;
  return (
    <span role="status" className="flex items-center gap-3">
      <progress aria-label="Uploaded" value={share} max={1} className="h-2 w-48" />
      {formatShare(share, 0)}
    </span>
  );
}
