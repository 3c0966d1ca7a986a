import type { Rule, RuleSet } from "@shortlist/contracts";
import type { Db, Tx } from "@shortlist/db";
import { canonicalJson, sha256Hex } from "@shortlist/platform";
import { listNewestRows, type RevisionRow } from "./repository";

/** The rules that are switched on, for the control document; undefined when none is. */
export async function findRuleSet(
  db: Pick<Db | Tx, "ruleRevision">,
  workspaceId: string,
): Promise<RuleSet | undefined> {
  const rules = (await listNewestRows(db, workspaceId)).filter(({ isEnabled }) => isEnabled).map(toRule);
  return rules.length === 0 ? undefined : { setId: sha256Hex(canonicalJson(rules)), rules };
}

export function toRule({ ruleId, revision, definition }: RevisionRow): Rule {
  return { ruleId, revision, ...definition };
}
