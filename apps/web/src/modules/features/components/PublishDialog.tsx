"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { Button } from "@/components/ui/Button";
import { Dialog } from "@/components/ui/Dialog";
import { formatCount } from "@/lib/format";
import { notify } from "@/lib/notify";
import { problemText } from "@/lib/problem";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import type { ViewConsumer } from "../types";
import { ChangeList } from "./ChangeList";
import type { DraftPreview } from "./usePreview";

/** What publishing changes, and what it leaves as it is, before it happens. */
export function PublishDialog({
  name,
  definition,
  preview,
  consumers,
  onClose,
}: {
  name: string;
  definition: Record<string, unknown>;
  preview: DraftPreview;
  consumers: readonly ViewConsumer[];
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const router = useRouter();
  const { slug: workspace, href } = useWorkspace();
  const publish = useMutation(
    trpc.featureViews.publish.mutationOptions({
      onSuccess: async ({ published }) => {
        await client.invalidateQueries({ queryKey: trpc.featureViews.pathKey() });
        void notify("success", `${published.join(", ")} is published. Workers take it within seconds.`);
        router.push(href(`/features/${name}`));
      },
    }),
  );
  const rows = preview.data?.state === "ready" ? preview.data.nRows : null;
  const readers = consumers.map(
    ({ modelName, modelVersion, viewVersion }) => `${modelName}@${modelVersion} (version ${viewVersion})`,
  );
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Publish ${name} version ${preview.version}?`}
      description={
        <>
          No slate changes: no model reads this version yet.{" "}
          {readers.length > 0 && `${readers.join(", ")} go on reading what they read. `}
          Workers fold its events within seconds
          {definition.mode === "stream"
            ? "."
            : `, and its first batch is computed by itself${rows === null ? "" : `, about ${formatCount(rows)} rows`}.`}{" "}
          A published version never changes; it is computed until it is retired.
        </>
      }
    >
      {preview.changes.length > 0 && (
        <div className="mb-4">
          <h3 className="mb-1 font-medium">Against the newest version</h3>
          <ChangeList changes={preview.changes} />
        </div>
      )}
      {publish.error !== null && (
        <p role="alert" className="mb-4 text-harm">
          {problemText(publish.error)}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Go on editing</Button>
        <Button
          variant="primary"
          disabled={publish.isPending || publish.isSuccess}
          onClick={() => publish.mutate({ workspace, views: [definition] })}
        >
          Publish version {preview.version}
        </Button>
      </div>
    </Dialog>
  );
}
