import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { TableHead } from "@/components/ui/TableHead";
import type { Rollout } from "../presenters/rolloutView";

/** What shoppers would get otherwise, release against release. */
export function ChangesSection({
  changes,
  stableNumber,
  candidateNumber,
}: {
  changes: Rollout["changes"];
  stableNumber: number;
  /** Null before the candidate is a release. */
  candidateNumber: number | null;
}) {
  const candidate = candidateNumber === null ? "the candidate" : `release ${candidateNumber}`;
  return (
    <Section
      title="What changes"
      verdict={
        changes.length === 0
          ? `There is no difference between release ${stableNumber} and ${candidate}: whatever differs is chance.`
          : `${changes.length === 1 ? "One difference" : `${changes.length} differences`} between release ${stableNumber}, which is served, and ${candidate}.`
      }
    >
      {changes.length > 0 && (
        <ScrollRegion label="Differences">
          <table className="w-full">
            <TableHead
              heads={[
                "Where",
                "What",
                `Release ${stableNumber}`,
                candidateNumber === null ? "Candidate" : `Release ${candidateNumber}`,
              ]}
              gap="pr-5"
            />
            <tbody>
              {changes.map(({ where, what, from, to }) => (
                <tr key={`${where} ${what} ${from} ${to}`} className="border-line border-b">
                  <td className="h-8 whitespace-nowrap pr-5">{where.replaceAll("_", " ")}</td>
                  <td className="whitespace-nowrap pr-5">{what}</td>
                  <td className="break-all pr-5 font-mono text-ink-2 text-xs">{from ?? "–"}</td>
                  <td className="break-all font-mono text-xs">{to ?? "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
    </Section>
  );
}
