import type { Rule, RuleSet } from "@shortlist/contracts";
import type { Db, Tx } from "@shortlist/db";
import { canonicalJson, sha256Hex } from "@shortlist/platform";
import { listNewestRows, listRevisionRowsAt, type RevisionRow } from "./repository";

/** The rules that are switched on, for the control document; undefined when none is. */
export async function findRuleSet(
  db: Pick<Db | Tx, "ruleRevision">,
  workspaceId: string,
): Promise<RuleSet | undefined> {
  const rules = (await listNewestRows(db, workspaceId)).filter(({ isEnabled }) => isEnabled).map(toRule);
  return rules.length === 0 ? undefined : { setId: sha256Hex(canonicalJson(rules)), rules };
}

/** Rules as they were, by `ruleId@revision`; what is not known is left out. */
export async function listRulesAt(
  db: Pick<Db | Tx, "ruleRevision">,
  workspaceId: string,
  refs: readonly string[],
): Promise<Rule[]> {
  const parsed = refs.flatMap((ref) => {
    const at = ref.lastIndexOf("@");
    const revision = Number(ref.slice(at + 1));
    return at > 0 && Number.isInteger(revision) ? [{ ruleId: ref.slice(0, at), revision }] : [];
  });
  return (await listRevisionRowsAt(db, workspaceId, parsed)).map(toRule);
}

export function toRule({ ruleId, revision, definition }: RevisionRow): Rule {
  return { ruleId, revision, ...definition };
}
