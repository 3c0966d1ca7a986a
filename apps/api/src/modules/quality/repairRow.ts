import {
  decideEvent,
  type EventRules,
  type FieldProblem,
  type InteractionEvent,
  type RepairStep,
  RULE_REASONS,
  readShopperId,
  ShopperPseudonym,
  type StoredInteraction,
  toStoredInteraction,
} from "@shortlist/contracts";
import type { ShopperIdKind } from "@shortlist/platform";
import { applyStep } from "./repairSteps";

// What a repair makes of one row. The same function serves the preview and the replay, so that the preview is true.

export interface RepairableRow {
  readonly rowId: string;
  readonly raw: string;
  readonly reasons: readonly string[];
  readonly receivedAtMs: number;
}

export interface RepairContext {
  readonly rules: EventRules;
  readonly isKnownItem: ((itemId: string) => boolean) | null;
  readonly pseudonymOf: (kind: ShopperIdKind, id: string) => string;
}

export interface RepairedEvent {
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
  /** Why the row is still refused; empty when it passes. */
  readonly reasons: readonly string[];
  /** What would be appended to the event stream, without the time of the release. */
  readonly stored: StoredInteraction | null;
}

/**
 * Applies the steps in order and asks the rules of the edge again, as of the time the event was received. Reasons that
 * no rule can see again (a duplicate, a bot, a reason of a mapping) stay until a step accepts them.
 */
export function repairRow(
  row: RepairableRow,
  steps: readonly RepairStep[],
  context: RepairContext,
): RepairedEvent {
  const before = JSON.parse(row.raw) as Record<string, unknown>;
  let after = structuredClone(before);
  for (const step of steps) after = applyStep(after, step);
  after = pseudonymiseIds(after, context.pseudonymOf);
  if (typeof after.eventId !== "string" || !UUID.test(after.eventId))
    after = { ...after, eventId: createEventId(row.rowId) };
  const decision = decideEvent(after, context.rules, { ...context, receivedAtMs: row.receivedAtMs });
  const found = decision.verdict === "accept" ? [] : decision.findings.map(({ reason }) => reason as string);
  const unseen = row.reasons.filter((reason) => !Object.hasOwn(RULE_REASONS, reason));
  const accepted = new Set(steps.flatMap((step) => (step.op === "accept" ? [step.reason] : [])));
  const reasons = [...new Set([...found, ...unseen])].filter((reason) => !accepted.has(reason));
  return { before, after, reasons, stored: reasons.length > 0 ? null : toStored(after, row.receivedAtMs) };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The id of an event that came without one: the same row always gets the same, so a second release counts once. */
export function createEventId(rowId: string): string {
  const digits = rowId.padEnd(32, "0");
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-8${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}

function toStored(event: Record<string, unknown>, receivedAtMs: number): StoredInteraction {
  const accepted = event as InteractionEvent;
  const { occurredAt } = accepted;
  const userId = readShopperId(accepted.userId);
  const anonymousId = readShopperId(accepted.anonymousId);
  return toStoredInteraction(accepted, {
    shopper: (userId ?? anonymousId)!,
    anonymousShopper: userId === undefined ? null : (anonymousId ?? null),
    occurredAtMs: Date.parse(occurredAt),
    receivedAtMs,
  });
}

/** Ids in rows are pseudonyms already; what a person typed, or moved from another field, is not. */
function pseudonymiseIds(
  event: Record<string, unknown>,
  pseudonymOf: RepairContext["pseudonymOf"],
): Record<string, unknown> {
  const ids: Record<string, unknown> = {};
  for (const [name, kind] of [
    ["userId", "user"],
    ["anonymousId", "anonymous"],
  ] as const) {
    const id = event[name];
    if (typeof id !== "string" && typeof id !== "number") continue;
    const known = readShopperId(String(id));
    // A placeholder stays one, for the rules to refuse.
    if (known === undefined) continue;
    ids[name] = ShopperPseudonym.safeParse(known).success ? known : pseudonymOf(kind, known);
  }
  return { ...event, ...ids };
}

/** Reasons without which there is no event to store. They are mended by a step, never accepted. */
const NEVER_ACCEPTED: ReadonlySet<string> = new Set(
  Object.keys(RULE_REASONS).filter((reason) =>
    /^(missing|placeholder|unreadable|not_an)_|_not_a_number$|^unknown_type$/.test(reason),
  ),
);
/** A rating without its value says little, but it can be stored. */
const ACCEPTED_ALTHOUGH_MISSING = "missing_value";

/** What is wrong with a list of steps, by the field of the request. */
export function findStepProblems(steps: readonly RepairStep[]): FieldProblem[] {
  return steps.flatMap((step, i): FieldProblem[] => {
    if (step.op === "accept" && NEVER_ACCEPTED.has(step.reason) && step.reason !== ACCEPTED_ALTHOUGH_MISSING)
      return [
        {
          field: `steps.${i}.reason`,
          problem: `${step.reason} cannot be accepted: mend the field by a step before`,
        },
      ];
    if (step.op === "rename" && step.from === step.to)
      return [{ field: `steps.${i}.to`, problem: "names the same field: choose another" }];
    if (step.op === "rekey_item" && step.stripPrefix === "" && step.addPrefix === "")
      return [{ field: `steps.${i}.stripPrefix`, problem: "give a prefix to take off or to put before" }];
    return [];
  });
}
