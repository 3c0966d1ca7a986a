"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/Button";
import { Command } from "@/components/ui/Copy";
import { Dialog } from "@/components/ui/Dialog";
import { Field } from "@/components/ui/Field";
import { problemText } from "@/lib/problem";
import { type ApiInputs, useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { curlSnippet } from "../presenters/curlSnippet";

type Scope = ApiInputs["keys"]["create"]["scopes"][number];

const SCOPES: readonly { scope: Scope; meaning: string }[] = [
  { scope: "recommend", meaning: "ask for lists" },
  { scope: "events", meaning: "send what shoppers do" },
  { scope: "catalog", meaning: "change items" },
  { scope: "admin", meaning: "everything, releases included" },
];

/** Creates a key and shows it: once, here, never again. */
export function CreateKeyDialog({ servingUrl, onClose }: { servingUrl: string; onClose: () => void }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const { slug: workspace } = useWorkspace();
  const [problem, setProblem] = useState<string | null>(null);
  const create = useMutation(
    trpc.keys.create.mutationOptions({
      onSuccess: () => client.invalidateQueries({ queryKey: trpc.keys.pathKey() }),
      onError: (error) => setProblem(problemText(error)),
    }),
  );

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const scopes = form.getAll("scope") as Scope[];
    if (scopes.length === 0) return setProblem("Choose at least one scope.");
    setProblem(null);
    create.mutate({ workspace, name: String(form.get("name")).trim(), scopes });
  }

  if (create.data !== undefined)
    return (
      <Dialog
        open
        onOpenChange={(open) => !open && onClose()}
        title="Copy the key now"
        description="It is shown this once. Only its hash is stored."
      >
        <Command text={create.data.key} label="Copy the key" />
        <h3 className="mt-4 mb-1 font-medium">Try it</h3>
        <Command text={curlSnippet(servingUrl, create.data.key)} label="Copy the request" />
        <p className="mt-2 text-ink-3 text-xs">Replicas accept the key within seconds.</p>
        <div className="mt-4 flex justify-end">
          <Button variant="primary" onClick={onClose}>
            I have copied it
          </Button>
        </div>
      </Dialog>
    );

  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Create an API key">
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label="Name"
          name="name"
          required
          maxLength={120}
          placeholder="storefront"
          hint="Where the key is used."
          autoComplete="off"
        />
        <fieldset>
          <legend className="mb-1 font-medium">Scopes</legend>
          {SCOPES.map(({ scope, meaning }) => (
            <label key={scope} className="flex h-8 items-center gap-2.5">
              <input
                type="checkbox"
                name="scope"
                value={scope}
                defaultChecked={scope === "recommend" || scope === "events"}
                className="size-4 accent-(--accent)"
              />
              {scope} <span className="text-ink-3">{meaning}</span>
            </label>
          ))}
        </fieldset>
        {problem !== null && (
          <p role="alert" className="text-harm">
            {problem}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={create.isPending}>
            Create key
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
