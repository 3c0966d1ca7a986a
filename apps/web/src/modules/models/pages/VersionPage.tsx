"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { Async } from "@/components/async/Async";
import { buttonClass } from "@/components/ui/Button";
import { Mono } from "@/components/ui/Mono";
import { Page } from "@/components/ui/Page";
import { Section } from "@/components/ui/Section";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { AliasChips } from "../components/AliasChips";
import { CheckFacts } from "../components/CheckFacts";
import { EvaluationSection } from "../components/EvaluationSection";
import { FeatureTable } from "../components/FeatureTable";
import { GoldenSection } from "../components/GoldenSection";
import { ServingStrip } from "../components/ServingStrip";
import { VersionFacts } from "../components/VersionFacts";
import { evaluationVerdict } from "../presenters/evaluation";

// Below what everybody comes for: they come when the page stands.
const KeepSection = dynamic(() => import("../components/KeepSection").then((m) => m.KeepSection), {
  ssr: false,
});
const TagSection = dynamic(() => import("../components/TagSection").then((m) => m.TagSection), {
  ssr: false,
});

export function VersionPage({ name, version }: { name: string; version: number }) {
  const trpc = useTRPC();
  const { slug: workspace, href } = useWorkspace();
  const query = useQuery(trpc.models.version.queryOptions({ workspace, name, version }));
  const evaluation = query.data?.evaluation;
  return (
    <Page
      title={<Mono className="text-lg">{`${name}@${version}`}</Mono>}
      actions={
        version > 1 && (
          <Link
            className={buttonClass("secondary")}
            href={href(`/models/${name}/compare?before=${version - 1}&after=${version}`)}
          >
            Compare with v{version - 1}
          </Link>
        )
      }
      verdict={evaluation == null ? query.data?.model.description : evaluationVerdict(evaluation)}
    >
      <Async query={query} rows={12}>
        {(data) => (
          <>
            {data.aliases.length > 0 && (
              <p className="mb-6">
                <AliasChips aliases={data.aliases} />
              </p>
            )}
            <EvaluationSection evaluation={data.evaluation} fileName={`${name}-${version}-evaluation.csv`} />
            <VersionFacts version={data} />
            {data.check !== null && (
              <Section title="Found when it was run">
                <CheckFacts check={data.check} />
              </Section>
            )}
            {data.manifest.features.length > 0 && (
              <FeatureTable features={data.manifest.features} linear={data.manifest.linear} />
            )}
            {data.model.kind === "ranker" && <GoldenSection at={{ name, version }} />}
            <ServingStrip periods={data.servingHistory} />
            <TagSection at={{ name, version }} tags={data.tags} />
            <KeepSection at={{ name, version }} archivedAt={data.archivedAt} />
          </>
        )}
      </Async>
    </Page>
  );
}
