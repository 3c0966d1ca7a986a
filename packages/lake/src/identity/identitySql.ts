import { quote } from "../lake";

// Who is behind a pseudonym, as SQL over interactions: the rule of `resolveIdentities` in @shortlist/ml. A device (the
// pseudonym of an anonymous id) leads to a person (the pseudonym of a user id), never a person to a person.

/** A pair that someone took apart: events in which both came together prove nothing any more. */
export interface UnlinkedPair {
  readonly device: string;
  readonly person: string;
}

/**
 * SELECT of the links between devices and people, one row per stretch of time in which a device was one person's:
 * device, person, from_ms and to_ms (first and last evidence), known_ms (when the first evidence was received),
 * events (how many prove it), sign_ins (how many of them are sign-ins).
 *
 * @param o.events a relation with the columns of the lake's events and one row per event id
 */
export function compileLinksSql(o: {
  readonly events: string;
  readonly unlinked: readonly UnlinkedPair[];
}): string {
  const pairs = o.unlinked.map(({ device, person }) => `(${quote(device)}, ${quote(person)})`).join(", ");
  const stillLinked = pairs === "" ? "" : `AND (anonymous_shopper, shopper) NOT IN (${pairs})`;
  return `SELECT device, person, min(t) AS from_ms, max(t) AS to_ms, min(c) AS known_ms, count(*)::INTEGER AS events,
      count(*) FILTER (type = 'sign_in')::INTEGER AS sign_ins
    FROM (
      SELECT *, sum(CASE WHEN person = before THEN 0 ELSE 1 END) OVER (
        PARTITION BY device ORDER BY t, c, event_id ROWS UNBOUNDED PRECEDING) AS stretch
      FROM (
        SELECT anonymous_shopper AS device, shopper AS person, event_id, type, received_at_ms AS c,
          least(occurred_at_ms, received_at_ms) AS t,
          lag(shopper) OVER (
            PARTITION BY anonymous_shopper ORDER BY least(occurred_at_ms, received_at_ms), received_at_ms, event_id) AS before
        FROM ${o.events} WHERE anonymous_shopper IS NOT NULL AND anonymous_shopper <> shopper ${stillLinked}
      )
    ) GROUP BY device, person, stretch`;
}

/** As of when links are believed. `horizonsMs`: an event is resolved with what was known at the next horizon. */
export type KnownBy = "event" | "all" | { readonly horizonsMs: readonly number[] };

/**
 * SELECT of the events with `shopper` replaced by the person, and `pseudonym`, the shopper as it was logged.
 *
 * An event without a user goes to the latest user of its device before it, else to the first one after it; only
 * links that were known count: by the event itself (what serving knew then), by the first horizon after the event
 * (what a model trained at that moment may know), or ever.
 *
 * @param o.events, o.links names of tables or views
 */
export function compileResolvedSql(o: {
  readonly events: string;
  readonly links: string;
  readonly knownBy: KnownBy;
}): string {
  const time = "least(ev.occurred_at_ms, ev.received_at_ms)";
  return `SELECT ev.* REPLACE (coalesce(owner.person, ev.shopper) AS shopper), ev.shopper AS pseudonym
    FROM ${o.events} ev LEFT JOIN (
      SELECT ev.event_id, l.person FROM ${o.events} ev JOIN ${o.links} l ON ev.shopper = l.device
      WHERE ${knownSql(o.knownBy, time)}
      QUALIFY row_number() OVER (PARTITION BY ev.event_id ORDER BY l.from_ms <= ${time} DESC,
        CASE WHEN l.from_ms <= ${time} THEN -l.from_ms ELSE l.from_ms END) = 1
    ) owner ON ev.event_id = owner.event_id`;
}

function knownSql(knownBy: KnownBy, time: string): string {
  if (knownBy === "all") return "true";
  if (knownBy === "event") return `l.known_ms <= ev.received_at_ms AND l.from_ms <= ${time}`;
  const cases = [...knownBy.horizonsMs]
    .sort((a, b) => a - b)
    .map((horizonMs) => `WHEN ${time} < ${horizonMs} THEN l.known_ms < ${horizonMs}`);
  return cases.length === 0 ? "true" : `CASE ${cases.join(" ")} ELSE true END`;
}

/** SELECT shopper: pseudonyms whose latest word is opt_out. What was said at the same time counts as opting out. */
export function compileOptedOutSql(events: string): string {
  return `SELECT shopper FROM ${events} WHERE type IN ('opt_out', 'opt_in')
    GROUP BY shopper HAVING arg_max(type, row(occurred_at_ms, type)) = 'opt_out'`;
}
