"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useMemo, useState } from "react";
import { Async } from "@/components/async/Async";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { Page } from "@/components/ui/Page";
import { useTRPC } from "@/lib/trpc/client";
import { useSession, useWorkspace } from "@/modules/shell/session";
import { DraftForm } from "../components/DraftForm";
import { DraftPreviewPanel } from "../components/DraftPreviewPanel";
import { usePreview } from "../components/usePreview";
import { createDraft, type Draft, toDefinition, toDraft } from "../presenters/draft";
import type { ViewConsumer } from "../types";

const PublishDialog = dynamic(() => import("../components/PublishDialog").then((m) => m.PublishDialog), {
  ssr: false,
});

/** A new view, or with `from` a new version of a published one. */
export function FeatureDraftPage({ from }: { from: string | null }) {
  const { user } = useSession();
  if (from === null) return <DraftEditor initial={createDraft(user.name)} isNew consumers={[]} />;
  return <NewVersion name={from} />;
}

function NewVersion({ name }: { name: string }) {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const view = useQuery(
    trpc.featureViews.get.queryOptions({ workspace, name }, { refetchOnWindowFocus: false }),
  );
  if (view.data !== undefined)
    return (
      <DraftEditor
        initial={toDraft(view.data.versions[0]!.view)}
        isNew={false}
        consumers={view.data.consumers}
      />
    );
  return (
    <Page title={`New version of ${name}`}>
      <Async query={view} rows={10}>
        {() => null}
      </Async>
    </Page>
  );
}

function DraftEditor({
  initial,
  isNew,
  consumers,
}: {
  initial: Draft;
  isNew: boolean;
  consumers: readonly ViewConsumer[];
}) {
  const [draft, setDraft] = useState(initial);
  const [isAsking, setAsking] = useState(false);
  const { definition, problems: unread } = useMemo(() => toDefinition(draft), [draft]);
  // Without a name there is nothing to check yet, and everything would be wrong.
  const isNamed = draft.name !== "";
  const { preview, isCurrent, error, retry } = usePreview(isNamed && unread.length === 0 ? definition : null);
  const problems = unread.length > 0 ? unread : (preview?.problems ?? []);
  const canPublish =
    isCurrent && preview !== null && preview.problems.length === 0 && !preview.isUnchanged && isNamed;
  return (
    <Page
      title={isNew ? "New feature view" : `New version of ${draft.name}`}
      verdict="One definition for training sets, for the nightly batch and for the event stream. Nothing is stored before it is published."
      actions={
        <GuardedButton
          permission="feature:publish"
          variant="primary"
          disabled={!canPublish}
          onClick={() => setAsking(true)}
        >
          Publish …
        </GuardedButton>
      }
    >
      <div className="grid grid-cols-1 gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
        <form onSubmit={(event) => event.preventDefault()}>
          <DraftForm
            draft={draft}
            isNew={isNew}
            problemOf={(field) => findProblem(problems, field)}
            onChange={setDraft}
          />
        </form>
        <section aria-label="Preview" className="min-w-0">
          {isNamed ? (
            <DraftPreviewPanel
              preview={preview}
              problems={problems}
              view={definition as unknown as ReadyView}
              isCurrent={isCurrent}
              error={error}
              onRetry={retry}
            />
          ) : (
            <p className="border-line border-y py-4 text-ink-2">
              Name the view, and its values on the events there are appear here.
            </p>
          )}
        </section>
      </div>
      {isAsking && preview !== null && (
        <PublishDialog
          name={draft.name}
          definition={definition}
          preview={preview}
          consumers={consumers}
          onClose={() => setAsking(false)}
        />
      )}
    </Page>
  );
}

/** What the preview panel reads of a definition that checks out. */
type ReadyView = Parameters<typeof DraftPreviewPanel>[0]["view"];

/** The problem of a field, or the first one of something inside it: a window stands under its list. */
function findProblem(
  problems: readonly { field: string; problem: string }[],
  field: string,
): string | undefined {
  const own = problems.find((each) => each.field === field);
  return (own ?? problems.find((each) => each.field.startsWith(`${field}.`)))?.problem;
}
