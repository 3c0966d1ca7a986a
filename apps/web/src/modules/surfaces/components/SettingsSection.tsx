import { Facts, Section } from "@/components/ui/Section";
import { StateWord } from "@/components/ui/StateWord";
import { Time } from "@/components/ui/Time";
import { formatCount, formatMs } from "@/lib/format";
import type { ApiOutputs } from "@/lib/trpc/client";
import { MODE_LABELS } from "../presenters/modes";
import { ChangeTable } from "./ChangeTable";

type Surface = ApiOutputs["surfaces"]["get"];

/** What is set, what of it is not in force, and who changed what, when and why. */
export function SettingsSection({ surface }: { surface: Surface }) {
  const { settings, pending, history } = surface;
  const { rerank, preRanker } = settings;
  const isOrNot = (value: number | null) => (value === null ? "none" : formatCount(value));
  return (
    <>
      <Section
        title="Settings"
        verdict={
          surface.isDefault
            ? "As the product comes: nobody has set anything."
            : `Revision ${surface.revision}; every release is made with it.`
        }
      >
        {pending.length > 0 && (
          <div className="mb-4">
            <StateWord tone="warn">not all in force</StateWord>{" "}
            <span className="text-ink-2">
              Release {surface.releaseNumber} was made with other settings; the next release has these.
            </span>
            <ChangeTable label="Not in force" changes={pending} heads={["In force", "Set"]} />
          </div>
        )}
        <Facts
          className="max-w-3xl"
          rows={[
            ["Lists come", MODE_LABELS[settings.mode]],
            ["Budget", formatMs(settings.budgetMs)],
            ["Candidates", `at most ${formatCount(settings.candidateLimit)}`],
            [
              "Pre-ranker",
              preRanker === null
                ? "none"
                : `${preRanker.model ?? "rank fusion"}, keeps ${formatCount(preRanker.keep)}`,
            ],
            ["Ranker", `${surface.rankerInForce ?? "none"}${settings.ranker === null ? "" : " (its own)"}`],
            [
              "Caps",
              `category ${rerank.categoryCap}, brand ${isOrNot(rerank.brandCap)}, seller ${isOrNot(rerank.sellerCap)}`,
            ],
            [
              "Left out",
              `${rerank.excludePurchased ? "what was bought, " : ""}the last ${rerank.excludeRecentlySeen} seen`,
            ],
            ["Diversity", String(rerank.diversity)],
            [
              "Freshness",
              rerank.freshness === null
                ? "none"
                : `weight ${rerank.freshness.weight}, half-life ${rerank.freshness.halfLifeDays} days`,
            ],
            [
              "Exploration",
              rerank.exploration === null
                ? "none"
                : `${rerank.exploration.kind}, ${rerank.exploration.slotSharePct} % of positions from ${rerank.exploration.poolSize}`,
            ],
          ]}
        />
      </Section>
      {history.length > 0 && (
        <Section title="Changes">
          <ol>
            {history.map((row) => (
              <li key={row.revision} className="border-line border-b py-2">
                <span className="font-medium">Revision {row.revision}</span>{" "}
                <span className="text-ink-2">
                  <Time at={row.createdAt} /> by {row.createdBy}
                  {row.reason === "" ? "" : `: ${row.reason}`}
                  {row.settings === null ? " (back to the defaults)" : ""}
                </span>
                <ul className="mt-1 text-ink-2 text-xs">
                  {row.changes.map(({ field, before, after }) => (
                    <li key={field}>
                      <span className="font-mono">{field}</span> {before ?? "–"} → {after ?? "–"}
                    </li>
                  ))}
                </ul>
              </li>
            ))}
          </ol>
        </Section>
      )}
    </>
  );
}
