import type { AliasPolicy } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";

export interface AliasMove {
  readonly alias: string;
  readonly fromVersion: number | null;
  readonly toVersion: number | null;
  readonly at: Date;
}

export interface MoveRequest {
  readonly alias: string;
  /** Where it points; null: nowhere. */
  readonly current: number | null;
  /** Where it is to point; null: nowhere. */
  readonly wanted: number | null;
  readonly reason: string;
  /** Whoever asks has the permission `alias:protected`. */
  readonly mayMoveProtected: boolean;
}

/**
 * Whether an alias moves at once, waits for a second person, or already is where it should be. A protected one always
 * takes a reason.
 *
 * @throws AppError `invalid_request` naming the reason
 */
export function decideAliasMove(policy: AliasPolicy, request: MoveRequest): "move" | "ask" | "none" {
  const { alias, current, wanted, reason, mayMoveProtected } = request;
  if (current === wanted) return "none";
  if (!policy.protected.includes(alias)) return "move";
  if (reason.trim() === "")
    throw new AppError("invalid_request", `no reason for moving ${alias}`, {
      publicDetail: `${alias} is protected: say why it moves`,
      fields: [{ field: "reason", problem: `is needed, because ${alias} is protected` }],
    });
  return mayMoveProtected && !policy.secondPerson ? "move" : "ask";
}

/** Holds an approval to the rules: a second person, with the permission, and nothing moved meanwhile. */
export function checkApproval(
  request: { readonly requestedBy: string; readonly decidedAt: Date | null },
  by: { readonly actor: string; readonly mayMoveProtected: boolean },
): void {
  const refuse = (code: "conflict" | "forbidden", publicDetail: string) =>
    new AppError(code, publicDetail, { publicDetail });
  if (request.decidedAt !== null) throw refuse("conflict", "This request was decided before");
  if (!by.mayMoveProtected) throw refuse("forbidden", "Moving a protected alias is for an Admin to approve");
  if (request.requestedBy === by.actor)
    throw refuse("forbidden", "Somebody else has to approve what you asked for yourself");
}

/** Where an alias pointed at a moment, from its moves, oldest first; null: nowhere. */
export function findAliasAt(moves: readonly AliasMove[], at: Date): number | null {
  return moves.findLast((move) => move.at.getTime() <= at.getTime())?.toVersion ?? null;
}

/** A change of the policy in words, for the audit; null when nothing changes. */
export function describePolicyChange(before: AliasPolicy, after: AliasPolicy): string | null {
  const added = after.protected.filter((alias) => !before.protected.includes(alias));
  const removed = before.protected.filter((alias) => !after.protected.includes(alias));
  const parts = [
    added.length === 0 ? "" : `protected ${added.join(", ")}`,
    removed.length === 0 ? "" : `no longer protects ${removed.join(", ")}`,
    before.secondPerson === after.secondPerson
      ? ""
      : `moves of protected aliases ${after.secondPerson ? "now take" : "no longer take"} a second person`,
  ].filter((part) => part !== "");
  return parts.length === 0 ? null : parts.join("; ");
}
