"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { Field } from "@/components/ui/Field";
import { Mono } from "@/components/ui/Mono";
import { Section } from "@/components/ui/Section";
import { problemText } from "@/lib/problem";
import { type ApiOutputs, useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";

type Version = ApiOutputs["models"]["version"];
interface At {
  readonly name: string;
  readonly version: number;
}

/** Tags of a version: key=value, for people and for searches. */
export function TagSection({ at, tags }: { at: At; tags: Version["tags"] }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const { slug: workspace } = useWorkspace();
  const setTag = useMutation(
    trpc.models.setTag.mutationOptions({
      onSuccess: () => client.invalidateQueries({ queryKey: trpc.models.pathKey() }),
    }),
  );
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const [key = "", ...value] = String(new FormData(form).get("tag")).split("=");
    setTag.mutate(
      { workspace, ...at, key: key.trim(), value: value.join("=").trim() },
      { onSuccess: () => form.reset() },
    );
  }
  return (
    <Section title="Tags">
      <div className="flex flex-wrap items-center gap-2">
        {tags.map(({ key, value }) => (
          <span
            key={key}
            className="inline-flex items-center gap-1 rounded border border-line-strong/60 pl-2 text-xs"
          >
            <Mono>{`${key}=${value}`}</Mono>
            <GuardedButton
              permission="model:register"
              variant="quiet"
              className="h-6 px-1.5"
              aria-label={`Take away the tag ${key}`}
              onClick={() => setTag.mutate({ workspace, ...at, key, value: null })}
            >
              ×
            </GuardedButton>
          </span>
        ))}
        {tags.length === 0 && <span className="text-ink-3">none</span>}
      </div>
      <form onSubmit={submit} className="mt-3 flex max-w-md items-end gap-2">
        <Field
          label="Add a tag"
          name="tag"
          required
          pattern="[a-z][a-z0-9_.\-]*\s*=.+"
          title="key=value"
          placeholder="team=growth"
          className="flex-1"
          problem={setTag.error === null ? undefined : problemText(setTag.error)}
        />
        <GuardedButton permission="model:register" type="submit" disabled={setTag.isPending}>
          Add
        </GuardedButton>
      </form>
    </Section>
  );
}
