"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { Async } from "@/components/async/Async";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { Mono } from "@/components/ui/Mono";
import { Page } from "@/components/ui/Page";
import { Facts, Section } from "@/components/ui/Section";
import { StateWord } from "@/components/ui/StateWord";
import { formatBytes, formatCount, formatDay } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { BackfillSection } from "../components/BackfillSection";
import { CodeBlock } from "../components/CodeBlock";
import { ConsumerTable } from "../components/ConsumerTable";
import { FreshnessSection } from "../components/FreshnessSection";
import { ValueList } from "../components/ValueList";
import { VersionList } from "../components/VersionList";
import { describeView, ENTITY_WORDS } from "../presenters/words";
import type { VersionDetail, ViewDetail } from "../types";

/** What a view is, whether it is fresh, and who uses it. */
export function FeaturePage({ name }: { name: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const { slug: workspace, href } = useWorkspace();
  const view = useQuery(trpc.featureViews.get.queryOptions({ workspace, name }, { refetchInterval: 10_000 }));
  return (
    <Page
      title={<Mono className="text-lg">{name}</Mono>}
      verdict={view.data === undefined ? undefined : viewVerdict(view.data)}
      actions={
        <GuardedButton
          permission="feature:publish"
          variant="primary"
          onClick={() => router.push(href(`/features/new?from=${name}`))}
        >
          New version
        </GuardedButton>
      }
    >
      <Async query={view} rows={10}>
        {(data) => <ViewSections data={data} newest={data.versions[0]!} />}
      </Async>
    </Page>
  );
}

function ViewSections({ data, newest }: { data: ViewDetail; newest: VersionDetail }) {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const { name, version } = newest;
  const values = useQuery(
    trpc.featureViews.values.queryOptions({ workspace, name, version }, { staleTime: 60_000, retry: 2 }),
  );
  return (
    <>
      <Section title="Definition">
        <div className="grid grid-cols-1 gap-x-12 gap-y-6 lg:grid-cols-2">
          <div>
            {describeView(newest.view).map((sentence) => (
              <p key={sentence} className="mb-2 max-w-prose text-ink-2">
                {sentence}
              </p>
            ))}
            <ViewFacts version={newest} />
          </div>
          <CodeBlock label="the definition as YAML" text={newest.yaml} />
        </div>
      </Section>
      <FreshnessSection version={newest} />
      <Section
        title="Values"
        verdict="How each value is distributed over the rows there are, computed from the archive."
      >
        <Async query={values} rows={6}>
          {({ data: found }) => <ValueList view={newest.view} data={found} workspace={workspace} />}
        </Async>
      </Section>
      <Section
        title="Consumers"
        verdict="Model versions whose manifest names the view, and releases they are part of."
      >
        <ConsumerTable consumers={data.consumers} />
      </Section>
      <Section
        title="Versions"
        verdict="A published version never changes. It is computed and served until it is retired."
      >
        <VersionList versions={data.versions} consumers={data.consumers} />
      </Section>
      <BackfillSection newest={newest} />
      <Section
        title="Compiled SQL"
        verdict="What training sets run: values as a reader at at_ms would have been given them."
      >
        <Async query={values} rows={6}>
          {({ sql }) => <CodeBlock label="the compiled SQL" text={sql} />}
        </Async>
      </Section>
    </>
  );
}

function ViewFacts({ version }: { version: VersionDetail }) {
  const { view, batch } = version;
  return (
    <Facts
      className="mt-4 max-w-lg"
      rows={[
        [
          "Newest version",
          version.retiredAt === null ? (
            `v${version.version}`
          ) : (
            <StateWord key="v" tone="none">{`v${version.version}, retired`}</StateWord>
          ),
        ],
        ["Owner", view.owner],
        ["Rows are", `${ENTITY_WORDS[view.entity]}s`],
        ["Freshness objective", `${view.freshnessObjectiveSeconds} s`],
        [
          "Batch",
          batch === null
            ? "none"
            : `until ${formatDay(batch.end)} 00:00 UTC, ${formatCount(batch.rows)} rows, ${formatBytes(batch.bytes)}`,
        ],
      ]}
    />
  );
}

function viewVerdict({ versions, consumers }: ViewDetail): string {
  const [newest] = versions;
  const serving = consumers.filter(({ releases }) => releases.some(({ isCurrent }) => isCurrent));
  const readers =
    serving.length === 0
      ? "No serving model reads it."
      : `Read by ${serving.map((each) => `${each.modelName}@${each.modelVersion}`).join(", ")}, which serves now.`;
  const what = newest!.view.description;
  return `${what === "" ? "" : `${what.replace(/\.$/, "")}. `}${newest!.freshness.verdict.sentence} ${readers}`;
}
