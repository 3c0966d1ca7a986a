"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import type { FormEvent } from "react";
import { Async } from "@/components/async/Async";
import { Button } from "@/components/ui/Button";
import { Dialog } from "@/components/ui/Dialog";
import { Field } from "@/components/ui/Field";
import { Mono } from "@/components/ui/Mono";
import { problemText } from "@/lib/problem";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";

const DAY_MS = 86_400_000;

/** Asks what a training set is to hold and starts its job; the page of the job shows how it goes. */
export function BuildDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const router = useRouter();
  const { slug: workspace } = useWorkspace();
  const views = useQuery(trpc.featureViews.list.queryOptions({ workspace }));
  const start = useMutation(
    trpc.trainingSets.start.mutationOptions({
      onSuccess: ({ jobId }) => router.push(`/w/${workspace}/jobs/${jobId}`),
    }),
  );
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const now = Date.now();
    const window = (name: string) => String(form.get(name)).trim();
    const labels = Object.fromEntries(
      (["click", "add_to_cart", "purchase"] as const).flatMap((type) =>
        window(type) === "" ? [] : [[type, window(type)]],
      ),
    );
    start.mutate({
      workspace,
      config: {
        views: form.getAll("view").map(String),
        from: new Date(now - Number(form.get("days")) * DAY_MS).toISOString(),
        to: new Date(now).toISOString(),
        labels,
        negativeRate: Number(form.get("keepPct")) / 100,
      },
    });
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Build a training set"
      description="Features are joined as of each slate, less the measured time an event takes to be readable."
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <fieldset>
          <legend className="mb-1 font-medium">Feature views</legend>
          <Async query={views} rows={3}>
            {(all) =>
              all.length === 0 ? (
                <p className="text-ink-2">None is published yet; the set will hold labels only.</p>
              ) : (
                <ul>
                  {all.map(({ view }) => (
                    <li key={view.name}>
                      <label className="inline-flex items-center gap-2 py-1">
                        <input type="checkbox" name="view" value={view.name} />
                        <Mono>{view.name}</Mono>
                        <span className="text-ink-2">by {view.entity.replaceAll("_", " and ")}</span>
                      </label>
                    </li>
                  ))}
                </ul>
              )
            }
          </Async>
        </fieldset>
        <Field
          label="Slates of the last days"
          name="days"
          type="number"
          min={1}
          max={90}
          defaultValue={30}
          required
        />
        <div className="grid gap-4 sm:grid-cols-3">
          <Field label="Click within" name="click" defaultValue="30m" hint="Empty: no label" />
          <Field label="Cart within" name="add_to_cart" defaultValue="" placeholder="1d" />
          <Field label="Purchase within" name="purchase" defaultValue="7d" />
        </div>
        <Field
          label="Negatives kept (%)"
          name="keepPct"
          type="number"
          min={0.1}
          max={100}
          step={0.1}
          defaultValue={100}
          required
          hint="Of rows without a positive label; they are weighted back."
        />
        {start.error !== null && (
          <p role="alert" className="text-harm">
            {problemText(start.error)}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={start.isPending}>
            Build
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
