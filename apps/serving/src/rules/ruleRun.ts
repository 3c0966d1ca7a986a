import { computeDeviation } from "../funnel/scoreSpread";
import { DROP_CODES, type FilterScreen } from "../funnel/screen";
import type { ActiveRules, CompiledRule } from "./compileRules";
import { createRuleCaps } from "./ruleCaps";

/** One rule's part in one slate. */
export interface RuleHit {
  /** `ruleId@revision`. */
  readonly rule: string;
  readonly effect: string;
  /** Candidates it hid, moved or held back; items it pinned. */
  readonly items: number;
}

/** Holds back items beyond what the caps allow. */
export interface CapCounter {
  admits(item: number): boolean;
  take(item: number): void;
}

/** A candidate slot and the position it is to take. */
export interface SponsoredSlot {
  readonly slot: number;
  readonly position: number;
}

/** The rules at work on one request. Methods are called in the order of the funnel's stages. */
export interface RuleRun {
  readonly setId: string;
  /** Code of the drop reason of an item that a rule keeps out, −1 when none does. */
  readonly screen: FilterScreen | null;
  /** As `screen`, noting the hit: for candidates, each of which is asked about once. */
  readonly countingScreen: FilterScreen | null;
  /** As `screen` without the `only` rules: when they would leave nothing, they are dropped. */
  readonly screenWithoutOnly: FilterScreen | null;
  /** What fills a slate that an `only` rule left short, most popular first. */
  readonly shelf: Int32Array | null;
  readonly hasOnly: boolean;
  /** Rows of the editorial lists in force, by priority; null when there is none. */
  readonly suggested: readonly Int32Array[] | null;
  /** Moves scores of boosted and buried candidates, in standard deviations of all scores. */
  shift(scores: Float32Array, items: Int32Array, count: number): void;
  /** Rows to pin with their positions, best position first. */
  listPins(): readonly { readonly item: number; readonly position: number; readonly rule: string }[];
  /** How many of the first `n` positions items may be pinned to. */
  countPins(n: number): number;
  createCaps(): CapCounter | null;
  /** Rules that want at least so many of their items in the slate. */
  readonly floors: ActiveRules["floors"] | null;
  /** A rule's floor brought an item into the slate. */
  noteLifted(ref: string, item: number): void;
  /** For every sponsored slot the best candidate by score, none twice; rules of higher priority choose first. */
  pickSponsored(scores: Float32Array, items: Int32Array, count: number): readonly SponsoredSlot[];
  /** `boost:id@1`, … of an item in the slate. */
  notesOf(item: number): string[];
  listHits(shown: readonly number[]): RuleHit[];
}

export function startRules(active: ActiveRules | null): RuleRun | null {
  if (active === null) return null;
  const { compliance, hides, onlys, pins, shifts, caps, suggests, sponsors, spreads, floors } = active;
  const counts = new Map<string, number>();
  const count = (ref: string, by = 1) => counts.set(ref, (counts.get(ref) ?? 0) + by);
  const hiding = [...compliance, ...hides];
  const findHiding = (item: number) => hiding.find(({ items }) => items.has(item));
  const findExcluding = (item: number) => onlys.find(({ items }) => !items.has(item));
  const codeOf = (rule: CompiledRule) =>
    rule.rule.class === "compliance" ? DROP_CODES.compliance_hidden : DROP_CODES.rule_hidden;
  const screenHides: FilterScreen = (item) => {
    const rule = findHiding(item);
    return rule === undefined ? -1 : codeOf(rule);
  };
  const screenAll: FilterScreen = (item) => {
    const hidden = screenHides(item);
    return hidden >= 0 ? hidden : findExcluding(item) === undefined ? -1 : DROP_CODES.rule_only;
  };
  const withoutOnly = hiding.length > 0 ? screenHides : null;
  const screen = onlys.length > 0 ? screenAll : withoutOnly;
  const countingScreen: FilterScreen = (item) => {
    const rule = findHiding(item) ?? findExcluding(item);
    if (rule !== undefined) count(rule.ref);
    return screenAll(item);
  };
  const sponsored = new Map<number, string>();
  const lifted = new Map<number, string>();
  const held = new Map<string, Set<number>>();
  const noteHeld = (ref: string, item: number) => {
    const items = held.get(ref) ?? new Set();
    held.set(ref, items.add(item));
  };
  return {
    setId: active.setId,
    screen,
    countingScreen: screen === null ? null : countingScreen,
    screenWithoutOnly: withoutOnly,
    shelf: onlys[0]?.shelf ?? null,
    hasOnly: onlys.length > 0,
    suggested: suggests.length === 0 ? null : suggests.map(({ shelf }) => shelf),
    shift(scores, items, n) {
      if (shifts.length === 0 || n === 0) return;
      const deviation = computeDeviation(scores, n);
      for (const rule of shifts) {
        let moved = 0;
        for (let c = 0; c < n; c++) {
          if (!rule.items.has(items[c]!)) continue;
          scores[c]! += rule.deviations * deviation;
          moved++;
        }
        count(rule.ref, moved);
      }
    },
    listPins() {
      const taken = new Set<number>();
      let next = 0;
      return pins
        .flatMap(({ items, position, ref }) =>
          [...items.rows()].map((item, i) => ({ item, position: position + i, rule: ref })),
        )
        .filter(({ item }) => !taken.has(item) && taken.add(item))
        .sort((a, b) => a.position - b.position)
        .map((pin) => {
          // A position that is taken gives way to the next one.
          next = Math.max(next, pin.position) + 1;
          return { ...pin, position: next - 1 };
        });
    },
    countPins: (n) =>
      Math.min(
        n,
        pins.reduce((sum, { items }) => sum + items.size, 0),
      ),
    createCaps: () => createRuleCaps(active, noteHeld),
    floors: floors.length === 0 ? null : floors,
    noteLifted(ref, item) {
      count(ref);
      lifted.set(item, `at_least:${ref}`);
    },
    pickSponsored(scores, items, n) {
      const picked: SponsoredSlot[] = [];
      for (const { ref, position, items: matching } of sponsors) {
        let best = -1;
        for (let c = 0; c < n; c++)
          if (
            (best < 0 || scores[c]! > scores[best]!) &&
            matching.has(items[c]!) &&
            picked.every(({ slot }) => slot !== c)
          )
            best = c;
        if (best < 0) continue;
        picked.push({ slot: best, position });
        sponsored.set(items[best]!, ref);
      }
      return picked;
    },
    notesOf: (item) => [
      ...pins.filter(({ items }) => items.has(item)).map(({ ref }) => `pin:${ref}`),
      ...shifts
        .filter(({ items }) => items.has(item))
        .map(({ ref, deviations }) => `${deviations > 0 ? "boost" : "bury"}:${ref}`),
      ...suggests.filter(({ items }) => items.has(item)).map(({ ref }) => `suggest:${ref}`),
      ...(sponsored.has(item) ? [`sponsor:${sponsored.get(item)}`] : []),
      ...(lifted.has(item) ? [lifted.get(item)!] : []),
    ],
    listHits(shown) {
      for (const { items, ref } of [...pins, ...suggests])
        count(ref, shown.filter((item) => items.has(item)).length);
      for (const item of shown) {
        const ref = sponsored.get(item);
        if (ref !== undefined) count(ref);
      }
      const all = [
        ...compliance,
        ...hides,
        ...onlys,
        ...pins,
        ...shifts,
        ...caps,
        ...suggests,
        ...sponsors,
        ...spreads,
        ...floors,
      ];
      return all.map(({ ref, rule }) => ({
        rule: ref,
        effect: rule.effect.kind,
        items: held.get(ref)?.size ?? counts.get(ref) ?? 0,
      }));
    },
  };
}
