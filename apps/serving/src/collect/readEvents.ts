import { type FieldProblem, InteractionEvent, type StoredInteraction } from "@shortlist/contracts";
import { pseudonymise, toFieldProblems } from "@shortlist/platform";
import { scrubIds } from "./scrubIds";

/** A client clock may run ahead by this much; more is a wrong clock and would stay on top of the recent items. */
export const CLOCK_AHEAD_MAX_MS = 10 * 60_000;

export interface ReadEventsOptions {
  readonly workspace: string;
  readonly pseudonymKey: string;
  readonly receivedAtMs: number;
}

export interface ReadEvents {
  readonly accepted: StoredInteraction[];
  readonly rejected: { index: number; errors: FieldProblem[] }[];
}

/** Checks every event on its own, so one bad event does not cost the others, and puts pseudonyms for ids. */
export function readEvents(raw: readonly unknown[], options: ReadEventsOptions): ReadEvents {
  const accepted: StoredInteraction[] = [];
  const rejected: ReadEvents["rejected"] = [];
  raw.forEach((value, index) => {
    const parsed = InteractionEvent.safeParse(value);
    if (!parsed.success) {
      rejected.push({ index, errors: toFieldProblems(parsed.error.issues) });
      return;
    }
    const occurredAtMs = Date.parse(parsed.data.occurredAt);
    if (occurredAtMs - options.receivedAtMs > CLOCK_AHEAD_MAX_MS) {
      const problem = "lies more than 10 minutes in the future; check the client's clock";
      rejected.push({ index, errors: [{ field: "occurredAt", problem }] });
      return;
    }
    accepted.push(toStored(parsed.data, occurredAtMs, options));
  });
  return { accepted, rejected };
}

function toStored(event: InteractionEvent, occurredAtMs: number, o: ReadEventsOptions): StoredInteraction {
  const {
    eventId,
    type,
    itemId,
    userId,
    anonymousId,
    requestId,
    position,
    surface,
    occurredAt: _occurredAt,
    value,
    currency,
    quantity,
    context,
    sessionId,
    ...unknown
  } = event;
  const user = userId === undefined ? null : pseudonymise(o.pseudonymKey, o.workspace, "user", userId);
  const anonymous =
    anonymousId === undefined ? null : pseudonymise(o.pseudonymKey, o.workspace, "anonymous", anonymousId);
  const rawIds = new Map<string, string>();
  if (userId !== undefined) rawIds.set(userId, user!);
  if (anonymousId !== undefined) rawIds.set(anonymousId, anonymous!);
  // Unknown fields are kept, but shops put ids in unexpected places.
  const kept = scrubIds({ ...unknown, ...context }, rawIds) as Record<string, unknown>;
  const session = scrubIds(sessionId ?? context?.sessionId, rawIds);
  return {
    eventId: eventId.toLowerCase(),
    type,
    itemId: itemId ?? null,
    shopper: user ?? anonymous!,
    anonymousShopper: user === null ? null : anonymous,
    sessionId: typeof session === "string" ? session.slice(0, 128) : null,
    requestId: requestId ?? null,
    position: position ?? null,
    surface: surface ?? null,
    occurredAtMs,
    receivedAtMs: o.receivedAtMs,
    value: value ?? null,
    currency: currency ?? null,
    quantity: quantity ?? null,
    context: kept,
  };
}
