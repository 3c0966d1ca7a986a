import { Facts, Section } from "@/components/ui/Section";
import { StateWord } from "@/components/ui/StateWord";
import { Time } from "@/components/ui/Time";
import { formatCount, formatMs } from "@/lib/format";
import { freshnessWord } from "../presenters/freshness";
import type { VersionDetail } from "../types";

/** How long after an event the stored values know of it, as probes measure it end to end. */
export function FreshnessSection({ version }: { version: VersionDetail }) {
  const { measured, verdict } = version.freshness;
  const { tone, word } = freshnessWord(version.freshness);
  return (
    <Section title="Freshness" verdict={verdict.sentence}>
      {verdict.state === "no_data" ? (
        <p className="hatched rounded border border-line px-3 py-4 text-ink-2">
          No data. The objective is {version.view.freshnessObjectiveSeconds} s.
        </p>
      ) : (
        <Facts
          className="max-w-2xl"
          rows={[
            [
              "Verdict",
              <StateWord key="v" tone={tone}>
                {word}
              </StateWord>,
            ],
            ["p50", formatMs(measured?.p50Ms)],
            ["p95", formatMs(measured?.p95Ms)],
            ["Objective", `${version.view.freshnessObjectiveSeconds} s`],
            ["Probes", `n ${formatCount(measured?.n)}, ${formatCount(measured?.timeouts)} timed out`],
            ["Last probe", <Time key="p" at={toDate(measured?.lastProbeAtMs)} />],
            ["Last write of a real event", <Time key="w" at={toDate(measured?.lastWriteAtMs)} />],
          ]}
        />
      )}
    </Section>
  );
}

function toDate(ms: number | null | undefined): Date | null {
  return ms == null ? null : new Date(ms);
}
