import { randomUUID } from "node:crypto";
import { isAllowed, type Role, RULES_MAX, type RuleDefinition } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { bumpControlRevision, publishControlDocument } from "../releases/service";
import { decideState, findConflicts } from "./decide";
import { toRule } from "./liveService";
import { createRevisionRow, listNewestRows, listRevisionRows, type RevisionRow } from "./repository";

// Rules as people edit them: every change a new revision, effective within seconds. Elsewhere: what a draft would do to
// slates, and what a compliance rule did (previewService).

type ReadCtx = Pick<AppContext, "db" | "now">;
type WriteCtx = Pick<AppContext, "db" | "redis" | "env" | "logger" | "now">;

/** Who changes a rule, and why. */
export interface RuleChange {
  readonly actor: string;
  readonly role: Role;
  readonly reason: string;
}

export async function listRules(ctx: ReadCtx, workspaceId: string) {
  const nowMs = ctx.now().getTime();
  const rows = (await listNewestRows(ctx.db, workspaceId)).filter(({ isDeleted }) => !isDeleted);
  const rules = rows
    .map((row) => ({ ...toView(row), state: decideState(row, nowMs) }))
    .sort(
      (a, b) =>
        b.definition.priority - a.definition.priority || (a.definition.name < b.definition.name ? -1 : 1),
    );
  return { rules, conflicts: findConflicts(rows.filter(({ isEnabled }) => isEnabled).map(toRule)) };
}

/** One rule with all its revisions, newest first; of a deleted one too. */
export async function getRule(ctx: ReadCtx, workspaceId: string, ruleId: string) {
  const rows = await listRevisionRows(ctx.db, workspaceId, ruleId);
  const [newest] = rows;
  if (newest === undefined) throw noRule();
  return {
    ...toView(newest),
    isDeleted: newest.isDeleted,
    state: decideState(newest, ctx.now().getTime()),
    revisions: rows.map((row) => ({ ...toView(row), isDeleted: row.isDeleted })),
  };
}

/** Creates a rule, or writes the next revision of one. In force on every replica within seconds when it is enabled. */
export async function saveRule(
  ctx: WriteCtx,
  workspaceId: string,
  rule: { ruleId: string | null; definition: RuleDefinition; isEnabled: boolean } & RuleChange,
): Promise<{ ruleId: string; revision: number }> {
  const ruleId = rule.ruleId ?? randomUUID();
  const { definition, isEnabled } = rule;
  return writeRevision(ctx, workspaceId, {
    change: rule,
    ruleId,
    next: (newest) => {
      if (rule.ruleId !== null && newest === null) throw noRule();
      return { definition, isEnabled, isDeleted: false };
    },
  });
}

/** Switches a rule on or off as it is. */
export async function setRuleEnabled(
  ctx: WriteCtx,
  workspaceId: string,
  o: { ruleId: string; isEnabled: boolean } & RuleChange,
): Promise<{ ruleId: string; revision: number }> {
  return writeRevision(ctx, workspaceId, {
    change: o,
    ruleId: o.ruleId,
    next: (newest) => ({
      definition: requireRule(newest).definition,
      isEnabled: o.isEnabled,
      isDeleted: false,
    }),
  });
}

/** Takes a rule off the list; its revisions stay. */
export async function deleteRule(
  ctx: WriteCtx,
  workspaceId: string,
  o: { ruleId: string } & RuleChange,
): Promise<{ ruleId: string; revision: number }> {
  return writeRevision(ctx, workspaceId, {
    change: o,
    ruleId: o.ruleId,
    next: (newest) => ({ definition: requireRule(newest).definition, isEnabled: false, isDeleted: true }),
  });
}

interface Revision {
  readonly change: RuleChange;
  readonly ruleId: string;
  readonly next: (newest: RevisionRow | null) => Pick<RevisionRow, "definition" | "isEnabled" | "isDeleted">;
}

async function writeRevision(
  ctx: WriteCtx,
  workspaceId: string,
  { change, ruleId, next }: Revision,
): Promise<{ ruleId: string; revision: number }> {
  const revision = await ctx.db.$transaction(async (tx) => {
    // First, because it locks the workspace's row: two people cannot write the same revision.
    await bumpControlRevision(tx, workspaceId);
    const rows = await listNewestRows(tx, workspaceId);
    const newest = rows.find((row) => row.ruleId === ruleId) ?? null;
    const row = next(newest);
    requireRight(change.role, [row.definition, ...(newest === null ? [] : [newest.definition])]);
    const enabled = rows.filter((each) => each.isEnabled && each.ruleId !== ruleId).length;
    if (row.isEnabled && enabled >= RULES_MAX)
      throw new AppError("conflict", "too many rules", {
        publicDetail: `${RULES_MAX} rules are switched on; switch one off first`,
      });
    const made = (newest?.revision ?? 0) + 1;
    const { actor: createdBy, reason } = change;
    await createRevisionRow(tx, workspaceId, {
      ...row,
      ruleId,
      revision: made,
      reason,
      createdBy,
      createdAt: ctx.now(),
    });
    return made;
  });
  await publishControlDocument(ctx, workspaceId);
  return { ruleId, revision };
}

/** What is there for the law's sake is changed by admins alone, also when it is switched off. */
function requireRight(role: Role, definitions: readonly RuleDefinition[]): void {
  if (!definitions.some((definition) => definition.class === "compliance")) return;
  if (isAllowed(role, "rule:compliance")) return;
  throw new AppError("forbidden", `${role} may not change compliance rules`, {
    publicDetail: "Compliance rules are for Admin",
  });
}

function toView({ ruleId, revision, definition, isEnabled, reason, createdBy, createdAt }: RevisionRow) {
  return { ruleId, revision, definition, isEnabled, reason, createdBy, createdAt };
}

function requireRule(newest: RevisionRow | null): RevisionRow {
  if (newest === null || newest.isDeleted) throw noRule();
  return newest;
}

function noRule(): AppError {
  return new AppError("not_found", "no such rule", {
    publicDetail: "There is no such rule in this workspace, or it was deleted",
  });
}
