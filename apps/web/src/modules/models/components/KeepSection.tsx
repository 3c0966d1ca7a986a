"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Async } from "@/components/async/Async";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { Button } from "@/components/ui/Button";
import { Dialog } from "@/components/ui/Dialog";
import { Mono } from "@/components/ui/Mono";
import { Facts, Section } from "@/components/ui/Section";
import { problemText } from "@/lib/problem";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";

interface At {
  readonly name: string;
  readonly version: number;
}

/** What points at a version, and taking it out of the way. */
export function KeepSection({ at, archivedAt }: { at: At; archivedAt: Date | null }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const router = useRouter();
  const { slug: workspace, href } = useWorkspace();
  const [isDeleting, setDeleting] = useState(false);
  const lineage = useQuery(trpc.models.lineage.queryOptions({ workspace, ...at }));
  const refresh = () => client.invalidateQueries({ queryKey: trpc.models.pathKey() });
  const archive = useMutation(trpc.models.setArchived.mutationOptions({ onSuccess: refresh }));
  const remove = useMutation(
    trpc.models.remove.mutationOptions({
      onSuccess: () => {
        router.push(href(`/models/${at.name}`));
        void client.invalidateQueries({ queryKey: trpc.models.list.queryKey() });
      },
    }),
  );
  const holders = lineage.data?.holders ?? [];
  return (
    <Section
      title="What points at it"
      verdict={
        lineage.data === undefined
          ? undefined
          : holders.length === 0
            ? "Nothing: it can be archived or deleted."
            : "While anything does, it cannot be deleted."
      }
      actions={
        <>
          <GuardedButton
            permission="model:delete"
            disabled={archive.isPending}
            onClick={() => archive.mutate({ workspace, ...at, isArchived: archivedAt === null })}
          >
            {archivedAt === null ? "Archive" : "Restore"}
          </GuardedButton>
          <GuardedButton
            permission="model:delete"
            variant="danger"
            disabled={holders.length > 0}
            onClick={() => setDeleting(true)}
          >
            Delete
          </GuardedButton>
        </>
      }
    >
      <Async query={lineage} rows={3}>
        {({ said, trainingSet, views }) => (
          <Facts
            rows={[
              ["Points at it", holders.map(({ what }) => what).join(", ") || "nothing"],
              ["Made from", said?.parent ?? "–"],
              ["Code", said?.codeVersion ?? "–"],
              ["Run", said?.trainingRun ?? "–"],
              ["Training set", trainingSet === null ? "–" : <Mono key="t">{trainingSet.id}</Mono>],
              ["Views read", views.join(", ") || "–"],
            ]}
          />
        )}
      </Async>
      {isDeleting && (
        <Dialog
          open
          onOpenChange={setDeleting}
          title={`Delete ${at.name}@${at.version}?`}
          description="Its files go a day later. Its number is not given again. This cannot be undone."
        >
          {remove.error !== null && (
            <p role="alert" className="mb-4 text-harm">
              {problemText(remove.error)}
            </p>
          )}
          <div className="flex justify-end gap-2">
            <Button onClick={() => setDeleting(false)}>Keep it</Button>
            <Button
              variant="danger"
              disabled={remove.isPending}
              onClick={() => remove.mutate({ workspace, ...at })}
            >
              Delete
            </Button>
          </div>
        </Dialog>
      )}
    </Section>
  );
}
