"use client";

import Link from "next/link";
import { Empty } from "@/components/async/States";
import { Facts } from "@/components/ui/Section";
import { StateWord } from "@/components/ui/StateWord";
import { formatCount, formatDecimal } from "@/lib/format";
import { useWorkspace } from "@/modules/shell/session";
import type { ServedItem } from "../presenters/itemView";

export function ServedFacts({ served: { state, release, rules } }: { served: ServedItem }) {
  const { href } = useWorkspace();
  if (state === null)
    return (
      <Empty title="Serving does not know this item">
        {`Release ${release.number} was made without it, and none of ${formatCount(release.catalogChanges)} changes since brought it.`}
      </Empty>
    );
  return (
    <Facts
      rows={[
        [
          "Eligible",
          <StateWord key="e" tone={state.isEligible ? "pass" : "harm"}>
            {state.isEligible ? "yes" : state.barredBy.join(", ").replaceAll("_", " ")}
          </StateWord>,
        ],
        ["Title", state.title || "not held"],
        ["Category", state.category ?? "unknown"],
        ["Brand", state.brand ?? "unknown"],
        ["Seller", state.seller ?? "unknown"],
        ["Price", state.price === null ? "unknown" : formatDecimal(state.price, 2)],
        [
          "Known from",
          state.isNewSinceRelease
            ? `a change after release ${release.number}`
            : `release ${release.number}, with ${formatCount(release.catalogChanges)} changes of the catalogue since`,
        ],
        ["Popularity, trend", `${formatDecimal(state.popularity, 3)}, ${formatDecimal(state.trend, 3)}`],
        ["Age when released", `${formatDecimal(state.ageDays, 0)} days`],
        [
          "Rules about it",
          rules.length === 0 ? (
            "none in force"
          ) : (
            <ul key="r">
              {rules.map(({ rule, name, effect }) => (
                <li key={rule}>
                  <Link className="link" href={href(`/rules/${rule.slice(0, rule.lastIndexOf("@"))}`)}>
                    {name}
                  </Link>{" "}
                  <span className="text-ink-3">{effect.replaceAll("_", " ")}</span>
                </li>
              ))}
            </ul>
          ),
        ],
      ]}
    />
  );
}
