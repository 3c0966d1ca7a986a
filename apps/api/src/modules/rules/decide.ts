import {
  type ItemMatch,
  isInForce,
  type Rule,
  type RuleDefinition,
  type RuleScope,
  type SlateLogRecord,
} from "@shortlist/contracts";

/** A conflict that a person should know of before publishing; none of them stops a rule. */
export interface RuleConflict {
  readonly kind: "hidden_pin" | "same_position" | "opposite" | "only_excludes";
  readonly rules: readonly [string, string];
  readonly sentence: string;
}

/** The state of a rule at a moment. */
export type RuleState = "off" | "scheduled" | "in_force" | "ended";

export function decideState(
  rule: { readonly isEnabled: boolean; readonly definition: Pick<RuleDefinition, "from" | "to"> },
  nowMs: number,
): RuleState {
  if (!rule.isEnabled) return "off";
  const { from, to } = rule.definition;
  if (isInForce({ from, to }, nowMs)) return "in_force";
  return to !== null && Date.parse(to) <= nowMs ? "ended" : "scheduled";
}

/**
 * Pairs of rules that work against each other on requests both are about. Two matches count as meeting when they name
 * a common item, or when neither names items apart from the other's (by attributes it is not known without the
 * catalogue, and a possible conflict is named as one).
 */
export function findConflicts(rules: readonly Rule[]): RuleConflict[] {
  const conflicts: RuleConflict[] = [];
  for (let i = 0; i < rules.length; i++)
    for (let j = i + 1; j < rules.length; j++) {
      const [a, b] = [rules[i]!, rules[j]!];
      if (!scopesMeet(a.scope, b.scope) || !timesMeet(a, b)) continue;
      const conflict = findConflict(a, b) ?? findConflict(b, a);
      if (conflict !== null) conflicts.push(conflict);
    }
  return conflicts;
}

function findConflict(a: Rule, b: Rule): RuleConflict | null {
  const of = (kind: RuleConflict["kind"], sentence: string): RuleConflict => ({
    kind,
    rules: [a.ruleId, b.ruleId],
    sentence,
  });
  const [x, y] = [a.effect, b.effect];
  if (x.kind === "pin" && y.kind === "hide" && matchesMeet(a.match, b.match))
    return of("hidden_pin", `“${b.name}” hides what “${a.name}” pins: hiding wins`);
  if (x.kind === "sponsor" && y.kind === "hide" && matchesMeet(a.match, b.match))
    return of("hidden_pin", `“${b.name}” hides what “${a.name}” sponsors: hiding wins`);
  if (x.kind === "at_least" && y.kind === "cap" && y.max < x.min && matchesMeet(a.match, b.match))
    return of("opposite", `“${b.name}” allows ${y.max} where “${a.name}” wants ${x.min}: the cap wins`);
  if (x.kind === "pin" && y.kind === "sponsor" && x.position === y.position)
    return of("same_position", `“${a.name}” pins where “${b.name}” sponsors: the sponsored item moves down`);
  if (
    x.kind === y.kind &&
    (x.kind === "pin" || x.kind === "sponsor") &&
    "position" in y &&
    x.position === y.position
  )
    return of(
      "same_position",
      `“${a.name}” and “${b.name}” ${x.kind === "pin" ? "pin to" : "sponsor"} position ${x.position + 1}: the higher priority comes first`,
    );
  if (x.kind === "boost" && y.kind === "bury" && matchesMeet(a.match, b.match))
    return of("opposite", `“${a.name}” boosts what “${b.name}” buries: they add up`);
  if (x.kind === "only" && (y.kind === "boost" || y.kind === "only") && !matchesMeet(a.match, b.match))
    return of("only_excludes", `“${a.name}” leaves out everything “${b.name}” is about`);
  return null;
}

function scopesMeet(a: RuleScope, b: RuleScope): boolean {
  const meet = (x: readonly string[] | undefined, y: readonly string[] | undefined) =>
    x === undefined || y === undefined || x.some((each) => y.includes(each));
  return (
    meet(a.surfaces, b.surfaces) &&
    meet(a.regions, b.regions) &&
    meet(a.devices, b.devices) &&
    (a.shoppers === undefined || b.shoppers === undefined || a.shoppers === b.shoppers)
  );
}

function timesMeet(a: Pick<Rule, "from" | "to">, b: Pick<Rule, "from" | "to">): boolean {
  const starts = (rule: Pick<Rule, "from">) =>
    rule.from === null ? Number.NEGATIVE_INFINITY : Date.parse(rule.from);
  const ends = (rule: Pick<Rule, "to">) =>
    rule.to === null ? Number.POSITIVE_INFINITY : Date.parse(rule.to);
  return starts(a) < ends(b) && starts(b) < ends(a);
}

function matchesMeet(a: ItemMatch, b: ItemMatch): boolean {
  if (a.itemIds !== undefined && b.itemIds !== undefined)
    return a.itemIds.some((id) => b.itemIds!.includes(id));
  if (
    a.brands !== undefined &&
    b.brands !== undefined &&
    !a.brands.some((brand) => b.brands!.includes(brand))
  )
    return false;
  if (
    a.sellers !== undefined &&
    b.sellers !== undefined &&
    !a.sellers.some((seller) => b.sellers!.includes(seller))
  )
    return false;
  const isUnder = (path: string, parent: string) => path === parent || path.startsWith(`${parent} > `);
  if (a.categories !== undefined && b.categories !== undefined)
    return a.categories.some((x) => b.categories!.some((y) => isUnder(x, y) || isUnder(y, x)));
  return true;
}

/** How far a draft changes the slates of replayed requests. */
export interface RuleImpact {
  readonly requests: number;
  /** Slates with another item or order. */
  readonly changed: number;
  /** Mean share of items that are new in a changed slate, 0…1; null when none changed. */
  readonly replacedShare: number | null;
  /** Items by value of an attribute before and after, the largest changes first. */
  readonly exposure: readonly { readonly name: string; readonly before: number; readonly after: number }[];
  /** Per rule: requests in which it had a part, and items it had a part in. */
  readonly hits: readonly { readonly rule: string; readonly requests: number; readonly items: number }[];
}

const EXPOSURE_MAX = 12;

export function computeImpact(
  previews: readonly { readonly before: SlateLogRecord; readonly after: SlateLogRecord }[],
  attributeOf: (itemId: string) => string,
): RuleImpact {
  const exposure = new Map<string, { before: number; after: number }>();
  const hits = new Map<string, { requests: number; items: number }>();
  let changed = 0;
  let replaced = 0;
  for (const { before, after } of previews) {
    const was = before.items.map(({ itemId }) => itemId);
    const is = after.items.map(({ itemId }) => itemId);
    if (was.join("\n") !== is.join("\n")) {
      changed++;
      replaced += is.length === 0 ? 0 : is.filter((id) => !was.includes(id)).length / is.length;
    }
    for (const [side, ids] of [
      ["before", was],
      ["after", is],
    ] as const)
      for (const id of ids) {
        const name = attributeOf(id);
        const held = exposure.get(name) ?? { before: 0, after: 0 };
        held[side]++;
        exposure.set(name, held);
      }
    for (const { rule, items } of after.ruleHits ?? []) {
      const held = hits.get(rule) ?? { requests: 0, items: 0 };
      hits.set(rule, { requests: held.requests + (items > 0 ? 1 : 0), items: held.items + items });
    }
  }
  return {
    requests: previews.length,
    changed,
    replacedShare: changed === 0 ? null : replaced / changed,
    exposure: [...exposure]
      .map(([name, counts]) => ({ name, ...counts }))
      .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before) || b.after - a.after)
      .slice(0, EXPOSURE_MAX),
    hits: [...hits].map(([rule, counts]) => ({ rule, ...counts })),
  };
}
