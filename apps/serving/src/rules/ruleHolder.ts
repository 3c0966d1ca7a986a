import type { RuleSet } from "@shortlist/contracts";
import type { ItemTable } from "../release/itemTable";
import { type CompiledRules, compileRules, NO_RULES } from "./compileRules";

/**
 * The rules in force over one release. Requests read `current`, which is swapped whole: a request sees the rules of one
 * moment.
 */
export class RuleHolder {
  current: CompiledRules = NO_RULES;
  private wanted: string | null = null;

  constructor(private readonly items: ItemTable) {
    items.onChange((rows) => this.current.update(rows));
  }

  /**
   * Takes over another set; the same one again costs nothing. Resolves when it is in force, or when a newer one came
   * meanwhile and made it void.
   */
  async replace(set: RuleSet | null): Promise<void> {
    const setId = set?.setId ?? null;
    if (setId === this.wanted) return;
    this.wanted = setId;
    const next = set === null ? NO_RULES : await this.compile(set);
    if (this.wanted === setId) this.current = next;
  }

  /** Other rules over the same release, reusing what was matched for those in force. */
  async compile(set: RuleSet): Promise<CompiledRules> {
    // Matching rests between steps, and rows it has passed may change meanwhile.
    const changed: number[] = [];
    const stop = this.items.onChange((rows) => changed.push(...rows));
    try {
      const compiled = await compileRules(set, this.items, this.current.matched);
      compiled.update(changed);
      return compiled;
    } finally {
      stop();
    }
  }
}
