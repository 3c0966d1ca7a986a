import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { TableHead } from "@/components/ui/TableHead";
import { formatCount, formatDuration, formatShare, formatUtc } from "@/lib/format";
import type { ApiOutputs } from "@/lib/trpc/client";

export type Preview = ApiOutputs["rollouts"]["preview"];

/** When each step would begin and end at the earliest, and how many shoppers it touches. */
export function PreviewSchedule({ preview }: { preview: Preview }) {
  const { traffic } = preview;
  return (
    <>
      <p className="mb-2 text-ink-2">
        {traffic === null
          ? "No traffic of the last day is archived, so nothing can be said of what each step would see."
          : `If traffic goes on as in the last ${formatDuration(traffic.hours * 3_600_000)}: n = ${formatCount(traffic.slates)} slates of ${formatCount(traffic.shoppers)} shoppers.`}
      </p>
      <ScrollRegion label="Steps of the plan">
        <table className="w-full">
          <TableHead
            heads={[
              "Step",
              "Candidate, shoppers",
              "Control, shoppers",
              "From, at the earliest",
              "Until",
              "Shoppers per arm",
              "Slates per arm",
              "Smallest loss of clicks found",
              "Second person",
            ]}
            gap="pr-5"
          />
          <tbody>
            {preview.steps.map((step) => (
              <tr key={`${step.kind} ${step.name}`} className="border-line border-b">
                <td className="h-8 whitespace-nowrap pr-5 font-medium">{step.name}</td>
                <td className="whitespace-nowrap pr-5">{step.candidatePct} %</td>
                <td className="whitespace-nowrap pr-5">{step.controlPct} %</td>
                <td className="whitespace-nowrap pr-5">{formatUtc(new Date(step.startMs))}</td>
                <td className="whitespace-nowrap pr-5">{formatUtc(new Date(step.endMs))}</td>
                <td className="whitespace-nowrap pr-5">{formatCount(step.forecast?.shoppersPerArm)}</td>
                <td className="whitespace-nowrap pr-5">{formatCount(step.forecast?.slatesPerArm)}</td>
                <td className="whitespace-nowrap pr-5">{formatShare(step.forecast?.detectableClickLoss)}</td>
                <td className="whitespace-nowrap">{step.needsApproval ? "asked before it" : "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </>
  );
}
