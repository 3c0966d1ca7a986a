"use client";

import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import dynamic from "next/dynamic";
import { Async } from "@/components/async/Async";
import { Button } from "@/components/ui/Button";
import { CopyButton } from "@/components/ui/Copy";
import { Mono } from "@/components/ui/Mono";
import { Page } from "@/components/ui/Page";
import { Section } from "@/components/ui/Section";
import { downloadText } from "@/lib/download";
import { formatCount } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { ItemTable } from "../components/ItemTable";
import { RequestFacts } from "../components/RequestFacts";
import { SourceTable } from "../components/SourceTable";
import { Waterfall } from "../components/Waterfall";
import { explainVerdict } from "../presenters/explainView";

// Below what everybody comes for: they come when the page stands.
const ReplaySection = dynamic(() => import("../components/ReplaySection").then((m) => m.ReplaySection), {
  ssr: false,
});
const CompareSection = dynamic(() => import("../components/CompareSection").then((m) => m.CompareSection), {
  ssr: false,
});
const WhyNotSection = dynamic(() => import("../components/WhyNotSection").then((m) => m.WhyNotSection), {
  ssr: false,
});

/** Serving writes its slate log every few hundredths of a second: a slate not there after a second is unknown. */
const RETRY_MS = 400;

export function ExplainPage({ requestId }: { requestId: string }) {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const request = useQuery({
    ...trpc.explain.get.queryOptions({ workspace, requestId }),
    // A logged request never changes.
    staleTime: Number.POSITIVE_INFINITY,
    // Slates take a moment from serving to the log.
    retry: (failures) => failures < 3,
    retryDelay: RETRY_MS,
  });
  const record = request.data;
  return (
    <Page
      title={
        <span className="flex items-center gap-1">
          <span className="text-ink-3">Request</span> <Mono className="break-all text-base">{requestId}</Mono>
          <CopyButton text={requestId} label="Copy the request id" />
        </span>
      }
      verdict={record === undefined ? undefined : explainVerdict(record)}
      actions={
        record !== undefined && (
          <Button
            onClick={() =>
              downloadText(`${requestId}.json`, JSON.stringify(record, null, 2), "application/json")
            }
          >
            <Download className="size-3.5" aria-hidden="true" />
            JSON
          </Button>
        )
      }
    >
      <Async query={request} rows={14}>
        {(data) => (
          <>
            <Section title="The list" className="border-t-0 pt-0">
              <ItemTable record={data} />
            </Section>
            <div className="mt-8 grid gap-x-12 lg:grid-cols-2">
              <Waterfall record={data} />
              <div className="max-lg:mt-8">
                <SourceTable sources={data.sources} />
                <Dropped dropped={data.dropped} />
              </div>
            </div>
            <ReplaySection requestId={requestId} />
            <WhyNotSection requestId={requestId} />
            <CompareSection requestId={requestId} modelVersion={data.modelVersion} />
            <RequestFacts record={data} />
          </>
        )}
      </Async>
    </Page>
  );
}

function Dropped({ dropped }: { dropped: Readonly<Record<string, number>> }) {
  const reasons = Object.entries(dropped).sort(([, a], [, b]) => b - a);
  const total = reasons.reduce((sum, [, count]) => sum + count, 0);
  return (
    <Section
      title="Dropped on the way, candidates by reason"
      verdict={total === 0 ? "No candidate was dropped." : `${formatCount(total)} candidates were dropped.`}
    >
      {total > 0 && (
        <table className="w-full">
          <caption className="sr-only">Dropped candidates by reason</caption>
          <tbody>
            {reasons.map(([reason, count]) => (
              <tr key={reason} className="border-line border-b">
                <th scope="row" className="h-8 text-left font-normal">
                  {reason.replaceAll("_", " ")}
                </th>
                <td className="text-right">{formatCount(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
