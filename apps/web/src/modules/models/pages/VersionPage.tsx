"use client";

import { useQuery } from "@tanstack/react-query";
import { Async } from "@/components/async/Async";
import { Mono } from "@/components/ui/Mono";
import { Page } from "@/components/ui/Page";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { EvaluationSection } from "../components/EvaluationSection";
import { FeatureTable } from "../components/FeatureTable";
import { ServingStrip } from "../components/ServingStrip";
import { VersionFacts } from "../components/VersionFacts";
import { evaluationVerdict } from "../presenters/evaluation";

export function VersionPage({ name, version }: { name: string; version: number }) {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const query = useQuery(trpc.models.version.queryOptions({ workspace, name, version }));
  const evaluation = query.data?.evaluation;
  return (
    <Page
      title={<Mono className="text-lg">{`${name}@${version}`}</Mono>}
      verdict={evaluation == null ? query.data?.model.description : evaluationVerdict(evaluation)}
    >
      <Async query={query} rows={12}>
        {(data) => (
          <>
            <EvaluationSection evaluation={data.evaluation} fileName={`${name}-${version}-evaluation.csv`} />
            <VersionFacts version={data} />
            {data.manifest.features.length > 0 && (
              <FeatureTable features={data.manifest.features} linear={data.manifest.linear} />
            )}
            <ServingStrip periods={data.servingHistory} />
          </>
        )}
      </Async>
    </Page>
  );
}
