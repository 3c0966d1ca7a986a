"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/Button";
import { Dialog } from "@/components/ui/Dialog";
import { Field } from "@/components/ui/Field";
import { formatCount } from "@/lib/format";
import { notify } from "@/lib/notify";
import { problemText } from "@/lib/problem";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import type { ReleaseRow } from "./ReleaseTable";

/** Says what a change of release touches before it happens, and asks why. */
export function ActivateDialog({
  target,
  current,
  onClose,
}: {
  target: ReleaseRow;
  current: ReleaseRow | null;
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const { slug: workspace } = useWorkspace();
  const fleet = useQuery(trpc.serving.replicas.queryOptions({ workspace }));
  const [problem, setProblem] = useState<string | null>(null);
  const isRollback = current !== null && target.number < current.number;
  const activate = useMutation(
    trpc.releases.activate.mutationOptions({
      onSuccess: async () => {
        await Promise.all([
          client.invalidateQueries({ queryKey: trpc.releases.pathKey() }),
          client.invalidateQueries({ queryKey: trpc.serving.pathKey() }),
        ]);
        void notify("success", `Release ${target.number} is current. Replicas take it within seconds.`);
        onClose();
      },
      onError: (error) => setProblem(problemText(error)),
    }),
  );
  const replicas = fleet.data?.replicas.filter(({ state }) => state !== "lost") ?? [];
  const rate = replicas.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get("reason")).trim();
    if (reason !== "") activate.mutate({ workspace, number: target.number, reason });
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={isRollback ? `Roll back to release ${target.number}?` : `Make release ${target.number} current?`}
      description={
        <>
          Touches {target.surfaces.length} surfaces and all shoppers: {replicas.length} replicas,{" "}
          {rate.toFixed(1)} requests/s now. The catalogue snapshot changes from {formatCount(current?.nItems)}{" "}
          to {formatCount(target.nItems)} items. Each replica checks the release before it takes traffic; a
          refusal keeps the old one.
        </>
      }
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label="Why"
          name="reason"
          required
          maxLength={500}
          hint="Kept in the serving history."
          problem={problem ?? undefined}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep release {current?.number ?? "–"}</Button>
          <Button type="submit" variant={isRollback ? "danger" : "primary"} disabled={activate.isPending}>
            {isRollback ? "Roll back" : "Make current"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
