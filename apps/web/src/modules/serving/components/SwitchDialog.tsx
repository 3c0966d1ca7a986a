"use client";

import { CANDIDATE_SOURCES } from "@shortlist/contracts/vocabulary";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/Button";
import { Dialog } from "@/components/ui/Dialog";
import { Field, Select } from "@/components/ui/Field";
import { notify } from "@/lib/notify";
import { problemText } from "@/lib/problem";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { readSwitches } from "../presenters/readSwitches";
import { CANDIDATE_SHARES, type SwitchTarget, targetLabel } from "../presenters/switchView";

/** Throws or undoes the switches of one surface, or of all: what it touches is said before. */
export function SwitchDialog({ row, onClose }: { row: SwitchTarget; onClose: () => void }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const { slug: workspace } = useWorkspace();
  const fleet = useQuery(trpc.serving.replicas.queryOptions({ workspace }));
  const [problem, setProblem] = useState<string | null>(null);
  const label = targetLabel(row.target);
  const change = useMutation(
    trpc.switches.throw.mutationOptions({
      onSuccess: async ({ says, isPublished }) => {
        await client.invalidateQueries({ queryKey: trpc.switches.pathKey() });
        void notify(
          "success",
          isPublished
            ? `${label}: ${says}. Replicas take it within seconds.`
            : `${label}: ${says}. Stored; Redis is away, replicas get it when it is back.`,
        );
        onClose();
      },
      onError: (error) => setProblem(problemText(error)),
    }),
  );
  const replicas = fleet.data?.replicas.filter(({ state }) => state !== "lost") ?? [];
  const rate = replicas.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0);
  const { switches } = row;

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    change.mutate({
      workspace,
      target: row.target,
      switches: readSwitches(form),
      reason: String(form.get("reason")).trim(),
    });
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Switches: ${label.toLowerCase()}`}
      description={
        <>
          Touches {row.target === "all" ? "every surface" : "one surface"} on {replicas.length} replicas (
          {rate.toFixed(1)} requests/s now, all surfaces) within seconds. Answers become simpler, never empty;
          blocks, stock and compliance rules hold.
        </>
      }
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <fieldset className="flex flex-col gap-1.5">
          <legend className="mb-1 font-medium">Off</legend>
          <Check name="listsOnly" isOn={switches.listsOnly}>
            The whole funnel: last slates and lists only
          </Check>
          <Check name="rankerOff" isOn={switches.rankerOff}>
            The ranker: order by rank fusion
          </Check>
          <Check name="explorationOff" isOn={switches.explorationOff}>
            Exploration
          </Check>
        </fieldset>
        <fieldset>
          <legend className="mb-1 font-medium">Sources off</legend>
          <div className="grid grid-cols-2 gap-1.5">
            {CANDIDATE_SOURCES.map((source) => (
              <Check
                key={source}
                name={`source:${source}`}
                isOn={(switches.sourcesOff as readonly string[]).includes(source)}
              >
                {source.replaceAll("_", " ")}
              </Check>
            ))}
          </div>
        </fieldset>
        <Select label="Candidates" name="candidateSharePct" defaultValue={String(switches.candidateSharePct)}>
          {CANDIDATE_SHARES.map((share) => (
            <option key={share} value={share}>
              {share} %
            </option>
          ))}
        </Select>
        <Field
          label="Why"
          name="reason"
          maxLength={300}
          hint="Kept with the change."
          problem={problem ?? undefined}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Leave as it is</Button>
          <Button type="submit" variant="danger" disabled={change.isPending}>
            Apply
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Check({ name, isOn, children }: { name: string; isOn: boolean; children: string }) {
  return (
    <label className="flex items-center gap-2">
      <input type="checkbox" name={name} defaultChecked={isOn} className="size-4 accent-accent" />
      {children}
    </label>
  );
}
