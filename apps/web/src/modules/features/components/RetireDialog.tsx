"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/ui/Button";
import { Dialog } from "@/components/ui/Dialog";
import { notify } from "@/lib/notify";
import { problemText } from "@/lib/problem";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import type { VersionDetail, ViewConsumer } from "../types";

/** Says what stops, or starts again, before it does. */
export function RetireDialog({
  version,
  consumers,
  onClose,
}: {
  version: VersionDetail;
  consumers: readonly ViewConsumer[];
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const { slug: workspace } = useWorkspace();
  const [problem, setProblem] = useState<string | null>(null);
  const isRetired = version.retiredAt !== null;
  const settled = {
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: trpc.featureViews.pathKey() });
      void notify("success", `${version.ref} is ${isRetired ? "live again" : "retired"}.`);
      onClose();
    },
    onError: (error: unknown) => setProblem(problemText(error)),
  };
  const retire = useMutation(trpc.featureViews.retire.mutationOptions(settled));
  const restore = useMutation(trpc.featureViews.restore.mutationOptions(settled));
  const input = { workspace, name: version.name, version: version.version };
  const readers = consumers.filter(({ viewVersion }) => viewVersion === version.version);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={isRetired ? `Restore ${version.ref}?` : `Retire ${version.ref}?`}
      description={
        isRetired
          ? "Workers start folding its events again within seconds, and the next nightly backfill fills its batch. Until then windows that reach further back than the stream lack older events."
          : `Its events are folded no more and its values are no longer served. ${
              readers.length === 0
                ? "No registered model reads it."
                : `Read by ${readers.map((each) => `${each.modelName}@${each.modelVersion}`).join(", ")}; a release that serves one of them makes it live again.`
            } The definition stays.`
      }
    >
      {problem !== null && (
        <p role="alert" className="mb-4 text-harm">
          {problem}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Keep it as it is</Button>
        <Button
          variant={isRetired ? "primary" : "danger"}
          disabled={retire.isPending || restore.isPending}
          onClick={() => (isRetired ? restore : retire).mutate(input)}
        >
          {isRetired ? "Restore" : "Retire"}
        </Button>
      </div>
    </Dialog>
  );
}
