import type { Role } from "@shortlist/contracts";

/** A workspace without an admin could never get one again, so the last one keeps the role. */
export function isLastAdminLeaving(change: { from: Role; to: Role | null; admins: number }): boolean {
  return change.from === "admin" && change.to !== "admin" && change.admins <= 1;
}
