// dedup_cases, identity_cases and consistency_cases: pure rules.
import {
  comparePairs,
  compareSequences,
  dedupeEvents,
  resolveIdentities,
} from "../../packages/ml/src/index.ts";
import { findDifferences, parseTimeMs } from "./compare.mjs";

export function checkDedupe(given) {
  const verdicts = dedupeEvents(
    given.events.map((event) => ({
      eventId: event.event_id ?? null,
      payload: event.payload ?? "",
      receivedAtMs: parseTimeMs(event.received_at),
      ...(event.event_time === undefined
        ? {}
        : {
            fingerprint: {
              user: event.user_key ?? null,
              itemId: event.item_id ?? null,
              type: event.event_type ?? "",
              occurredAtMs: parseTimeMs(event.event_time),
              pageId: event.page_id ?? null,
            },
          }),
    })),
  );
  const rowsOf = (...kinds) =>
    given.events.filter((_, i) => kinds.includes(verdicts[i].kind)).map(({ row }) => row);
  const got = {
    kept: rowsOf("kept", "synthetic"),
    natural_dropped: rowsOf("natural"),
    synthetic: rowsOf("synthetic"),
  };
  return findDifferences(got, given.expected);
}

export function checkIdentity(given) {
  const evidence = given.events.map((event) => ({
    atMs: typeof event.ts === "number" ? event.ts : parseTimeMs(event.ts),
    anonymousId: event.anonymous_id ?? null,
    userId: event.user_id ?? null,
  }));
  return findDifferences({ canonical: resolveIdentities(evidence, "all") }, given.expected);
}

export function checkConsistency(given) {
  if (given.pairs === undefined) {
    const { deletes, inserts } = compareSequences(given.left, given.right);
    return findDifferences({ delete: deletes, insert: inserts }, given.expected);
  }
  const found = comparePairs(given.pairs);
  const got = {
    total: found.total,
    both_null: found.bothNull,
    left_null: found.leftNull,
    right_null: found.rightNull,
    mismatch: found.mismatch,
    smape_mean_over_non_null: found.smape,
    left_minus_right: found.leftMinusRight,
    match_rate: found.matchRate,
  };
  return findDifferences(got, given.expected);
}
