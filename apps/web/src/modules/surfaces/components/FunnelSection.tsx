import { NotEnough } from "@/components/async/States";
import { CsvButton } from "@/components/ui/CsvButton";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { numberHead, TableHead } from "@/components/ui/TableHead";
import { formatCount, formatDecimal, formatMs } from "@/lib/format";
import { funnelSteps, type SurfaceFunnel } from "../presenters/funnelView";
import { FunnelDrawing } from "./FunnelDrawing";

const NUMBERS = ["Runs, n", "Time per run", "In per run", "Out per run"] as const;

/** The funnel as it ran, drawn and as a table of every stage. */
export function FunnelSection({ surface, funnel }: { surface: string; funnel: SurfaceFunnel }) {
  const steps = funnelSteps(funnel);
  return (
    <Section
      title="Funnel, candidates and time per request"
      verdict={`n = ${formatCount(funnel.requests)} requests${funnel.cached === 0 ? "" : `, ${formatCount(funnel.cached)} of them answered with what an identical one was given`}.`}
      actions={
        <CsvButton
          fileName={`${surface}-funnel.csv`}
          header={["stage", "runs", "ms per run", "in per run", "out per run"]}
          rows={funnel.stages.map((s) => [s.name, s.runs, s.msPerRun, s.inPerRun, s.outPerRun])}
        />
      }
    >
      {steps.length === 0 ? (
        <NotEnough have={0} need={1} what="requests that ran the funnel" />
      ) : (
        <FunnelDrawing steps={steps} requests={funnel.requests} />
      )}
      <details className="mt-4">
        <summary className="cursor-pointer text-ink-2">Every stage as a table</summary>
        <ScrollRegion label="Stages">
          <table className="mt-2 w-full whitespace-nowrap">
            <TableHead heads={["Stage", ...NUMBERS.map(numberHead)]} />
            <tbody>
              {funnel.stages.map((stage) => (
                <tr key={stage.name} className="border-line border-b">
                  <th scope="row" className="h-8 pr-6 text-left font-mono font-normal text-xs">
                    {stage.name}
                  </th>
                  <td className="pr-6 text-right last:pr-0">{formatCount(stage.runs)}</td>
                  <td className="pr-6 text-right last:pr-0">{formatMs(stage.msPerRun)}</td>
                  <td className="pr-6 text-right last:pr-0">{formatDecimal(stage.inPerRun, 1)}</td>
                  <td className="pr-6 text-right last:pr-0">{formatDecimal(stage.outPerRun, 1)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      </details>
    </Section>
  );
}
