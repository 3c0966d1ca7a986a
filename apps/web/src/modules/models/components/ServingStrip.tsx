import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { TableHead } from "@/components/ui/TableHead";
import { Time } from "@/components/ui/Time";
import { cn } from "@/lib/cn";
import { formatUtc } from "@/lib/format";
import { type ServingPeriod, servingStrip } from "../presenters/servingStrip";

/** Which version served when, to whom it is owed, and what runs now. */
export function ServingStrip({ periods }: { periods: readonly ServingPeriod[] }) {
  const segments = servingStrip(periods, new Date());
  const current = segments.find(({ to }) => to === null);
  return (
    <Section
      title="Serving history"
      verdict={
        segments.length === 0
          ? "No version has served yet: it takes a release that holds one."
          : current === undefined
            ? "Not in the current release."
            : `Version ${current.version} serves now, in release ${current.releaseNumber}.`
      }
    >
      {segments.length > 0 && (
        <>
          <div
            aria-hidden="true"
            className="hatched relative h-8 overflow-hidden rounded border border-line"
            suppressHydrationWarning
          >
            {segments.map((segment, i) => (
              <span
                key={`${segment.releaseNumber} ${segment.from.getTime()}`}
                title={`v${segment.version}, release ${segment.releaseNumber}, from ${formatUtc(segment.from)}`}
                className={cn(
                  "absolute inset-y-0 flex items-center overflow-hidden border-canvas border-l-2 px-2 font-medium text-xs first:border-l-0",
                  segment.to === null
                    ? "bg-accent text-on-accent"
                    : i % 2 === 0
                      ? "bg-line text-ink"
                      : "bg-sunken text-ink",
                )}
                style={{ left: `${segment.start * 100}%`, width: `${segment.width * 100}%` }}
                suppressHydrationWarning
              >
                v{segment.version}
              </span>
            ))}
          </div>
          <ScrollRegion label="Serving periods" className="mt-2">
            <table className="w-full">
              <TableHead heads={["Version", "Release", "From", "Until", "By", "Why"]} />
              <tbody>
                {segments.toReversed().map((segment) => (
                  <tr
                    key={`${segment.releaseNumber} ${segment.from.getTime()}`}
                    className="border-line border-b"
                  >
                    <td className="h-8 pr-6 font-mono text-xs">v{segment.version}</td>
                    <td className="pr-6">{segment.releaseNumber}</td>
                    <td className="whitespace-nowrap pr-6">
                      <Time at={segment.from} />
                    </td>
                    <td className="whitespace-nowrap pr-6">
                      {segment.to === null ? "serves now" : <Time at={segment.to} />}
                    </td>
                    <td className="whitespace-nowrap pr-6 text-ink-2">{segment.actor}</td>
                    <td className="text-ink-2">{segment.reason}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollRegion>
        </>
      )}
    </Section>
  );
}
