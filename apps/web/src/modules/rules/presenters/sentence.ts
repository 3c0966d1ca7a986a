import type { RuleDefinition } from "@shortlist/contracts";
import { formatUtc } from "../../../lib/format";
import { SURFACE_LABELS } from "../../../lib/rungs";

/** A rule in one sentence, as a merchandiser would say it. */
export function toSentence(rule: RuleDefinition): string {
  return `${describeScope(rule)}${describeEffect(rule)}${describeTime(rule)}.`;
}

function describeEffect({ effect, match }: RuleDefinition): string {
  const items = describeMatch(match);
  switch (effect.kind) {
    case "pin":
      return `pin ${items} to position ${effect.position + 1}`;
    case "boost":
      return `boost ${items} ${STRENGTHS[effect.strength]}`;
    case "bury":
      return `bury ${items} ${STRENGTHS[effect.strength]}`;
    case "hide":
      return `hide ${items}`;
    case "only":
      return `show only ${items}`;
    case "cap":
      return `show at most ${effect.max} of ${items}`;
    case "suggest":
      return `suggest ${items}`;
    case "sponsor":
      return `sponsor position ${effect.position + 1} with the best of ${items}`;
    case "spread":
      return `show at most ${effect.max} of each ${effect.by} among ${items}`;
    case "at_least":
      return `show at least ${effect.min} of ${items}`;
  }
}

const STRENGTHS = { little: "a little", some: "somewhat", strong: "strongly" } as const;

export function describeMatch(match: RuleDefinition["match"]): string {
  const parts: string[] = [];
  if (match.itemIds !== undefined)
    parts.push(
      match.itemIds.length === 1 ? `item ${match.itemIds[0]}` : `${match.itemIds.length} named items`,
    );
  else parts.push("items");
  if (match.brands !== undefined) parts.push(`of ${join(match.brands)}`);
  if (match.sellers !== undefined) parts.push(`sold by ${join(match.sellers)}`);
  if (match.categories !== undefined) parts.push(`in ${join(match.categories)}`);
  if (match.priceMin !== undefined && match.priceMax !== undefined)
    parts.push(`priced ${match.priceMin} to ${match.priceMax}`);
  else if (match.priceMin !== undefined) parts.push(`from ${match.priceMin}`);
  else if (match.priceMax !== undefined) parts.push(`up to ${match.priceMax}`);
  if (match.newerThanDays !== undefined) parts.push(`at most ${match.newerThanDays} days old`);
  return parts.join(" ");
}

function describeScope({ scope }: RuleDefinition): string {
  const parts: string[] = [];
  if (scope.surfaces !== undefined)
    parts.push(
      `on ${join(scope.surfaces.map((surface) => (SURFACE_LABELS[surface] ?? surface).toLowerCase()))}`,
    );
  if (scope.regions !== undefined) parts.push(`in ${join(scope.regions)}`);
  if (scope.devices !== undefined) parts.push(`for ${join(scope.devices)}`);
  if (scope.shoppers !== undefined)
    parts.push(scope.shoppers === "anonymous" ? "for anonymous shoppers" : "for signed-in shoppers");
  const text = parts.length === 0 ? "everywhere" : parts.join(" ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}, `;
}

function describeTime({ from, to }: RuleDefinition): string {
  if (from !== null && to !== null)
    return `, from ${formatUtc(new Date(from))} to ${formatUtc(new Date(to))}`;
  if (from !== null) return `, from ${formatUtc(new Date(from))} on`;
  return to === null ? "" : `, until ${formatUtc(new Date(to))}`;
}

/** `a, b and c`; long lists are cut, the rest is counted. */
function join(words: readonly string[]): string {
  const shown = words.length > 4 ? [...words.slice(0, 3), `${words.length - 3} more`] : words;
  return shown.length === 1 ? shown[0]! : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}
