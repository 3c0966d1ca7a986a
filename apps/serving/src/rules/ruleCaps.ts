import type { ActiveRules } from "./compileRules";
import type { CapCounter } from "./ruleRun";

type NoteHeld = (ref: string, item: number) => void;

/** Counts what a slate holds of capped and spread items; null when no rule asks for it. */
export function createRuleCaps(
  { caps, spreads }: Pick<ActiveRules, "caps" | "spreads">,
  noteHeld: NoteHeld,
): CapCounter | null {
  const counters = [
    ...caps.map((rule) => createCounter(rule, () => 0, noteHeld)),
    // What has no brand or seller shares none with anything.
    ...spreads.map((rule) =>
      createCounter(
        rule,
        (item) => {
          const id = rule.ids[item]!;
          return id < 0 ? null : id;
        },
        noteHeld,
      ),
    ),
  ];
  if (counters.length === 0) return null;
  return {
    admits: (item) => counters.every((counter) => counter.admits(item)),
    take(item) {
      for (const counter of counters) counter.take(item);
    },
  };
}

function createCounter(
  rule: { readonly ref: string; readonly max: number; readonly items: { has(item: number): boolean } },
  groupOf: (item: number) => number | null,
  noteHeld: NoteHeld,
): CapCounter {
  const held = new Map<number, number>();
  const find = (item: number) => (rule.items.has(item) ? groupOf(item) : null);
  return {
    admits(item) {
      const group = find(item);
      if (group === null || (held.get(group) ?? 0) < rule.max) return true;
      noteHeld(rule.ref, item);
      return false;
    },
    take(item) {
      const group = find(item);
      if (group !== null) held.set(group, (held.get(group) ?? 0) + 1);
    },
  };
}
