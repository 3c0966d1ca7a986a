"use client";

import { SURFACES } from "@shortlist/contracts/vocabulary";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { Async } from "@/components/async/Async";
import { Select } from "@/components/ui/Field";
import { Section } from "@/components/ui/Section";
import { surfaceLabel } from "@/lib/rungs";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { RANGE_LABELS, RangePicker, useRange } from "@/modules/surfaces/components/RangePicker";

// Charts come when the page stands.
const RungSection = dynamic(() => import("./RungSection").then((m) => m.RungSection), { ssr: false });
const LatencySection = dynamic(() => import("./LatencySection").then((m) => m.LatencySection), {
  ssr: false,
});

const REFRESH_MS = 5_000;

/** How requests were answered over time, of a surface or of all; both are in the address. */
export function TrafficSections() {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const [range] = useRange();
  const [surface, setSurface] = useQueryState("surface", parseAsStringLiteral(SURFACES));
  const traffic = useQuery({
    ...trpc.surfaces.funnel.queryOptions({ workspace, surface, range }),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
  return (
    <>
      <Section
        title="Traffic"
        actions={
          <>
            <Select
              label="Surface"
              className="[&>label]:sr-only"
              value={surface ?? ""}
              onChange={({ target }) =>
                void setSurface(SURFACES.find((name) => name === target.value) ?? null)
              }
            >
              <option value="">All surfaces</option>
              {SURFACES.map((name) => (
                <option key={name} value={name}>
                  {surfaceLabel(name)}
                </option>
              ))}
            </Select>
            <RangePicker />
          </>
        }
      >
        <Async query={traffic} rows={6}>
          {(data) =>
            data.funnel === null ? (
              <p className="hatched rounded border border-line px-3 py-4 text-ink-2">
                No data: the counters cannot be read while Redis is away.
              </p>
            ) : data.funnel.requests === 0 ? (
              <p className="hatched rounded border border-line px-3 py-4 text-ink-2">
                No request in the last {RANGE_LABELS[range]}.
              </p>
            ) : null
          }
        </Async>
      </Section>
      {(traffic.data?.funnel?.requests ?? 0) > 0 && (
        <>
          <LatencySection data={traffic.data!} />
          <RungSection data={traffic.data!} />
        </>
      )}
    </>
  );
}
