import type { RuleSet } from "@shortlist/contracts";
import type { ItemTable } from "../release/itemTable";
import { type CompiledRules, compileRules, NO_RULES } from "./compileRules";

/**
 * The rules in force over one release. Requests read `current`, which is swapped whole: a request sees the rules of one
 * moment.
 */
export class RuleHolder {
  current: CompiledRules;

  constructor(
    private readonly items: ItemTable,
    set: RuleSet | null,
  ) {
    this.current = set === null ? NO_RULES : compileRules(set, items);
  }

  /** Takes over another set; the same one again costs nothing. */
  replace(set: RuleSet | null): void {
    if ((set?.setId ?? null) === this.current.setId) return;
    this.current = set === null ? NO_RULES : compileRules(set, this.items);
  }
}
