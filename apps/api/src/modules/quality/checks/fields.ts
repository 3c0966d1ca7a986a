import type { QualityState } from "@shortlist/contracts";
import { computeMadScale, computeMedian } from "@shortlist/ml";
import {
  BASELINE_MIN,
  baseline,
  type CheckInput,
  EVENTS_MIN,
  percent,
  tooFew,
  tooYoung,
  type Verdict,
} from "./verdict";

export function decideNulls(input: CheckInput): Verdict {
  const { today } = input;
  const n = today.events;
  if (n < EVENTS_MIN) return tooFew(n);
  const days = baseline(input);
  if (days.length < BASELINE_MIN) return tooYoung(n, days.length);
  const found = Object.entries(today.missing).map(([field, missing]) => {
    const past = days.map((day) => (day.missing[field] ?? 0) / day.events);
    const usual = computeMedian(past)!;
    const scatter = computeMadScale(past)!;
    const value = missing / n;
    const low = Math.max(0, usual - Math.max(0.05, 4 * scatter));
    const high = Math.min(1, usual + Math.max(0.05, 4 * scatter));
    const worse = value - usual;
    const state: QualityState = worse > Math.max(0.2, 8 * scatter) ? "fail" : value > high ? "warn" : "pass";
    return { field, value, usual, low, high, state, worse };
  });
  const worst = found.sort((a, b) => rank(b.state) - rank(a.state) || b.worse - a.worse)[0]!;
  const { state, value, low, high } = worst;
  return {
    state,
    value,
    low,
    high,
    n,
    sentence:
      state === "pass"
        ? `No field is missing more often than usual; ${worst.field} is in ${percent(1 - value)} of events`
        : `${worst.field} is missing in ${percent(value)} of events; ${percent(worst.usual)} is usual`,
  };
}

export function decideSchema(input: CheckInput): Verdict {
  const { today } = input;
  const n = today.contextEvents;
  if (n < EVENTS_MIN) return tooFew(n);
  const days = baseline(input).filter(({ contextEvents }) => contextEvents > 0);
  if (days.length < BASELINE_MIN) return tooYoung(n, days.length);
  const known = new Map<string, { share: number; days: number; types: Set<string> }>();
  for (const day of days)
    for (const [field, { events, types }] of Object.entries(day.context)) {
      const entry = known.get(field) ?? { share: 0, days: 0, types: new Set<string>() };
      entry.share += events / day.contextEvents / days.length;
      entry.days++;
      for (const type of types) entry.types.add(type);
      known.set(field, entry);
    }
  const changed = Object.entries(today.context).filter(
    ([field, { types }]) => known.has(field) && types.some((type) => !known.get(field)!.types.has(type)),
  );
  // A field that is rare, or was not there on every day, may be absent for a day.
  const vanished = [...known].filter(
    ([field, { share, days: seen }]) =>
      today.context[field] === undefined && share >= 0.05 && seen >= 0.9 * days.length,
  );
  const appeared = Object.entries(today.context).filter(
    ([field, { events }]) => !known.has(field) && events / n >= 0.01,
  );
  const parts = [
    list(
      "vanished",
      vanished.map(([field]) => field),
    ),
    list(
      "came with another type",
      changed.map(([field, { types }]) => `${field} (${types.join(", ")})`),
    ),
    list(
      "new",
      appeared.map(([field]) => field),
    ),
  ].filter((part) => part !== null);
  const value = vanished.length + changed.length + appeared.length;
  const state: QualityState = vanished.length + changed.length > 0 ? "fail" : value > 0 ? "warn" : "pass";
  return {
    state,
    value,
    low: 0,
    high: 0,
    n,
    sentence:
      state === "pass"
        ? `The ${Object.keys(today.context).length} fields of the context are the usual ones`
        : `Fields of the context: ${parts.join("; ")}`,
  };
}

function list(what: string, names: readonly string[]): string | null {
  if (names.length === 0) return null;
  const shown = names.slice(0, 5).join(", ");
  return `${what}: ${shown}${names.length > 5 ? ` and ${names.length - 5} more` : ""}`;
}

function rank(state: QualityState): number {
  return { no_data: 0, pass: 1, warn: 2, fail: 3 }[state];
}
