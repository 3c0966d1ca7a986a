import {
  decideEvent,
  type EventRules,
  type FieldProblem,
  findShopperIdKind,
  InteractionEvent,
  type QuarantinedEvent,
  readShopperId,
  type StoredInteraction,
  toStoredInteraction,
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
  const { context } = event;
  const userId = readShopperId(event.userId);
  const anonymousId = readShopperId(event.anonymousId);
  const pseudonymOf = (kind: "user" | "anonymous", id: string) =>
    pseudonymise(o.pseudonymKey, o.workspace, kind, id);
  const user = userId === undefined ? null : pseudonymOf("user", userId);
  const anonymous = anonymousId === undefined ? null : pseudonymOf("anonymous", anonymousId);
  const rawIds = new Map<string, string>();
  if (userId !== undefined) rawIds.set(userId, user!);
  if (anonymousId !== undefined) rawIds.set(anonymousId, anonymous!);
  // Unknown fields are kept, but shops put ids in unexpected places and under names of their own.
  for (const name in event) {
    const kind = KNOWN_FIELDS.has(name) ? null : findShopperIdKind(name);
    if (kind !== null) collectIds({ [name]: event[name] }, rawIds, pseudonymOf);
    else if (!KNOWN_FIELDS.has(name)) collectIds(event[name], rawIds, pseudonymOf);
  }
  collectIds(context, rawIds, pseudonymOf);
  return toStoredInteraction(event, {
    shopper: user ?? anonymous!,
    anonymousShopper: user === null ? null : anonymous,
    occurredAtMs,
    receivedAtMs: o.receivedAtMs,
    scrub: (value) => scrubIds(value, rawIds),
  });
}

const KNOWN_FIELDS: ReadonlySet<string> = new Set(Object.keys(InteractionEvent.shape));
