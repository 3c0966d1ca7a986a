import { isInForce, RULE_STRENGTHS, type Rule, type RuleScope, type RuleSet } from "@shortlist/contracts";
import { type ItemTable, isEligible } from "../release/itemTable";
import { type ItemSet, matchItems } from "./matchItems";

/** What a rule asks of a request. */
export interface RuleRequest {
  readonly surface: string;
  readonly region: string | undefined;
  readonly device: string | undefined;
  readonly isAnonymous: boolean;
  readonly atMs: number;
}

export interface CompiledRule {
  readonly rule: Rule;
  /** `ruleId@revision`, as the slate log names it. */
  readonly ref: string;
  readonly items: ItemSet;
  /** Of an `only` rule: its most popular items, which fill a slate that falls short. Of an editorial list: its items. */
  shelf?: Int32Array;
}

/** The rules that are about one request, by what they do, each list in order of priority. */
export interface ActiveRules {
  readonly setId: string;
  /** Items no path may show. */
  readonly compliance: readonly CompiledRule[];
  readonly hides: readonly CompiledRule[];
  readonly onlys: readonly (CompiledRule & { readonly shelf: Int32Array })[];
  readonly pins: readonly (CompiledRule & { readonly position: number })[];
  /** Boosts, and buries as negative shifts, in standard deviations. */
  readonly shifts: readonly (CompiledRule & { readonly deviations: number })[];
  readonly caps: readonly (CompiledRule & { readonly max: number })[];
  /** Editorial lists. */
  readonly suggests: readonly (CompiledRule & { readonly shelf: Int32Array })[];
  readonly sponsors: readonly (CompiledRule & { readonly position: number })[];
  /** `ids`: the attribute that is spread, by row. */
  readonly spreads: readonly (CompiledRule & { readonly max: number; readonly ids: Int32Array })[];
  readonly floors: readonly (CompiledRule & { readonly min: number })[];
}

export interface CompiledRules {
  readonly setId: string | null;
  readonly matched: MatchedItems;
  /** All rules of the set, by priority. */
  readonly rules: readonly CompiledRule[];
  /** Null when no rule is about the request, which then costs nothing more. */
  activate(request: RuleRequest): ActiveRules | null;
  /** Takes in that rows of the item table have changed: from the next request on, rules are about what they are now. */
  update(rows: readonly number[]): void;
}

export const NO_RULES: CompiledRules = {
  setId: null,
  matched: new Map(),
  rules: [],
  activate: () => null,
  update: () => {},
};

/** Item sets by what they match, so that a change of one rule does not match the others anew. */
export type MatchedItems = ReadonlyMap<string, ItemSet>;

/**
 * Matches the rules with the item table. Runs when rules or the release change, not per request: one pass over the
 * table for each rule that neither names its items nor was matched before.
 */
export async function compileRules(
  set: RuleSet,
  items: ItemTable,
  before: MatchedItems = new Map(),
): Promise<CompiledRules> {
  const matched = new Map<string, ItemSet>();
  for (const { match } of set.rules) {
    const key = JSON.stringify(match);
    if (!matched.has(key)) matched.set(key, before.get(key) ?? (await matchItems(match, items)));
  }
  const rules = [...set.rules]
    .sort((a, b) => b.priority - a.priority || (a.ruleId < b.ruleId ? -1 : 1))
    .map(
      (rule): CompiledRule => ({
        rule,
        ref: `${rule.ruleId}@${rule.revision}`,
        items: matched.get(JSON.stringify(rule.match))!,
        ...createShelf(rule, matched.get(JSON.stringify(rule.match))!, items),
      }),
    );
  if (rules.length === 0) return { ...NO_RULES, setId: set.setId };
  return {
    setId: set.setId,
    matched,
    rules,
    activate(request) {
      const active = rules.filter(
        ({ rule }) => isInScope(rule.scope, request) && isInForce(rule, request.atMs),
      );
      return active.length === 0 ? null : sortByEffect(set.setId, active, items);
    },
    update(rows) {
      for (const changed of matched.values()) {
        const fresh = changed.update(rows);
        if (fresh.length > 0) extendShelves(rules, changed, fresh);
      }
    },
  };
}

/** Behind what sold before: of what is new nobody knows how popular it is. */
function extendShelves(rules: readonly CompiledRule[], items: ItemSet, fresh: readonly number[]): void {
  for (const rule of rules) {
    if (rule.items !== items || rule.shelf === undefined) continue;
    rule.shelf = isOrdered(rule.rule)
      ? items.rows()
      : Int32Array.from([...rule.shelf, ...fresh].slice(0, SHELF_MAX));
  }
}

/** Several slates deep, so that what a shopper must not see can be passed over. */
const SHELF_MAX = 500;

function createShelf(rule: Rule, set: ItemSet, items: ItemTable): { shelf?: Int32Array } {
  const { kind } = rule.effect;
  if (kind !== "only" && kind !== "suggest") return {};
  return { shelf: isOrdered(rule) ? set.rows() : pickShelf(set, items) };
}

/** Who names the items of a list has put them in order. */
function isOrdered({ effect, match }: Rule): boolean {
  return effect.kind === "suggest" && match.itemIds !== undefined;
}

function pickShelf(set: ItemSet, items: ItemTable): Int32Array {
  const rows = set.rows().filter((row) => isEligible(items.flags[row]!));
  return rows.sort((a, b) => items.popularity[b]! - items.popularity[a]! || a - b).slice(0, SHELF_MAX);
}

export function isInScope(scope: RuleScope, request: RuleRequest): boolean {
  const { surfaces, regions, devices, shoppers } = scope;
  if (surfaces !== undefined && !(surfaces as readonly string[]).includes(request.surface)) return false;
  if (regions !== undefined && (request.region === undefined || !regions.includes(request.region)))
    return false;
  if (devices !== undefined && !(devices as readonly (string | undefined)[]).includes(request.device))
    return false;
  return shoppers === undefined || (shoppers === "anonymous") === request.isAnonymous;
}

function sortByEffect(
  setId: string,
  rules: readonly CompiledRule[],
  items: Pick<ItemTable, "brandIds" | "categoryIds" | "sellerIds">,
): ActiveRules {
  const idsBy = { brand: items.brandIds, category: items.categoryIds, seller: items.sellerIds };
  const of = (kind: Rule["effect"]["kind"]) => rules.filter(({ rule }) => rule.effect.kind === kind);
  return {
    setId,
    compliance: of("hide").filter(({ rule }) => rule.class === "compliance"),
    hides: of("hide").filter(({ rule }) => rule.class === "merchandising"),
    onlys: of("only").map(withShelf),
    suggests: of("suggest").map(withShelf),
    sponsors: rules.flatMap((each) => {
      const { effect } = each.rule;
      return effect.kind === "sponsor" ? [{ ...each, position: effect.position }] : [];
    }),
    spreads: rules.flatMap((each) => {
      const { effect } = each.rule;
      return effect.kind === "spread" ? [{ ...each, max: effect.max, ids: idsBy[effect.by] }] : [];
    }),
    floors: rules.flatMap((each) => {
      const { effect } = each.rule;
      return effect.kind === "at_least" ? [{ ...each, min: effect.min }] : [];
    }),
    pins: rules.flatMap((each) => {
      const { effect } = each.rule;
      return effect.kind === "pin" ? [{ ...each, position: effect.position }] : [];
    }),
    shifts: rules.flatMap((each) => {
      const { effect } = each.rule;
      if (effect.kind !== "boost" && effect.kind !== "bury") return [];
      const deviations = RULE_STRENGTHS[effect.strength];
      return [{ ...each, deviations: effect.kind === "boost" ? deviations : -deviations }];
    }),
    caps: rules.flatMap((each) => {
      const { effect } = each.rule;
      return effect.kind === "cap" ? [{ ...each, max: effect.max }] : [];
    }),
  };
}

function withShelf(rule: CompiledRule): CompiledRule & { readonly shelf: Int32Array } {
  return { ...rule, shelf: rule.shelf ?? new Int32Array(0) };
}
