import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { StateWord, type Tone } from "@/components/ui/StateWord";
import { TableHead } from "@/components/ui/TableHead";
import { formatCount, formatMs } from "@/lib/format";
import type { Explained } from "../presenters/explainView";

const TONES: Record<Explained["sources"][number]["status"], Tone> = {
  ok: "pass",
  empty: "none",
  skipped: "none",
  disabled: "none",
  late: "warn",
  error: "harm",
};

export function SourceTable({ sources }: { sources: Explained["sources"] }) {
  const ok = sources.filter(({ status }) => status === "ok").length;
  return (
    <Section title="Candidate sources" verdict={`${ok} of ${sources.length} sources brought candidates.`}>
      <ScrollRegion label="Candidate sources">
        <table className="w-full">
          <TableHead
            heads={[
              "Source",
              "Status",
              { label: "Retrieved", align: "right" },
              { label: "Time", align: "right" },
            ]}
            gap="px-3"
          />
          <tbody>
            {sources.map((source) => (
              <tr key={source.name} className="border-line border-b">
                <th scope="row" className="h-8 text-left font-normal">
                  {source.name}
                </th>
                <td className="px-3">
                  <StateWord tone={TONES[source.status]}>{source.status}</StateWord>
                  {source.reason !== null && <span className="ml-2 text-ink-3">{source.reason}</span>}
                </td>
                <td className="px-3 text-right">{formatCount(source.retrieved)}</td>
                <td className="text-right">{formatMs(source.ms)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Section>
  );
}
