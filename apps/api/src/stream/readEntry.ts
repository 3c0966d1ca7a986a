import { type StoredInteraction, StoredInteractionSchema } from "@shortlist/contracts";

/** The event of a stream entry, or null when it is none: the archiver sets such an entry aside and says why (D1). */
export function readEvent(json: string | null): StoredInteraction | null {
  if (json === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  const parsed = StoredInteractionSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}
