import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { formatUtc } from "@/lib/format";
import type { ApiOutputs } from "@/lib/trpc/client";

export type Preview = ApiOutputs["rollouts"]["preview"];

/** When each step would begin and end at the earliest, and how many shoppers it touches. */
export function PreviewSchedule({ preview }: { preview: Preview }) {
  return (
    <ScrollRegion label="Steps of the plan">
      <table className="w-full">
        <thead>
          <tr className="border-line border-b text-ink-3 text-xs">
            {[
              "Step",
              "Candidate, shoppers",
              "Control, shoppers",
              "From, at the earliest",
              "Until",
              "Second person",
            ].map((head) => (
              <th key={head} scope="col" className="h-8 whitespace-nowrap pr-5 text-left font-medium">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preview.steps.map((step) => (
            <tr key={`${step.kind} ${step.name}`} className="border-line border-b">
              <td className="h-8 whitespace-nowrap pr-5 font-medium">{step.name}</td>
              <td className="whitespace-nowrap pr-5">{step.candidatePct} %</td>
              <td className="whitespace-nowrap pr-5">{step.controlPct} %</td>
              <td className="whitespace-nowrap pr-5">{formatUtc(new Date(step.startMs))}</td>
              <td className="whitespace-nowrap pr-5">{formatUtc(new Date(step.endMs))}</td>
              <td className="whitespace-nowrap">{step.needsApproval ? "asked before it" : "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
