import {
  decideEvent,
  type EventRules,
  type FieldProblem,
  type InteractionEvent,
  type QuarantinedEvent,
  type StoredInteraction,
} from "@shortlist/contracts";
import { pseudonymise } from "@shortlist/platform";
import { collectIds, scrubIds } from "./scrubIds";
import { toQuarantined } from "./toQuarantined";

export interface ReadEventsOptions {
  readonly workspace: string;
  readonly pseudonymKey: string;
  readonly receivedAtMs: number;
  readonly rules: EventRules;
  /** Null while no release is loaded. */
  readonly isKnownItem: ((itemId: string) => boolean) | null;
}

export interface ReadEvents {
  readonly accepted: StoredInteraction[];
  readonly rejected: { index: number; errors: FieldProblem[] }[];
  /** What is kept of the rejected ones, in their order. */
  readonly quarantined: QuarantinedEvent[];
}

/** Checks every event on its own, so one bad event does not cost the others, and puts pseudonyms for ids. */
export function readEvents(raw: readonly unknown[], options: ReadEventsOptions): ReadEvents {
  const accepted: StoredInteraction[] = [];
  const rejected: ReadEvents["rejected"] = [];
  const quarantined: QuarantinedEvent[] = [];
  const { rules, receivedAtMs, pseudonymKey, workspace } = options;
  raw.forEach((value, index) => {
    const decision = decideEvent(value, rules, options);
    if (decision.verdict === "accept") {
      accepted.push(toStored(decision.event, decision.occurredAtMs, options));
      return;
    }
    const { findings } = decision;
    rejected.push({ index, errors: findings.map(({ field, problem }) => ({ field, problem })) });
    quarantined.push(
      toQuarantined(value, {
        findings,
        receivedAtMs,
        pseudonymOf: (kind, id) => pseudonymise(pseudonymKey, workspace, kind, id),
      }),
    );
  });
  return { accepted, rejected, quarantined };
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
  // Unknown fields are kept, but shops put ids in unexpected places and under names of their own.
  collectIds(unknown, rawIds, (kind, id) => pseudonymise(o.pseudonymKey, o.workspace, kind, id));
  collectIds(context, rawIds, (kind, id) => pseudonymise(o.pseudonymKey, o.workspace, kind, id));
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
