import type { RuleForm } from "../presenters/ruleForm";

/** What each part of the form of a rule gets. */
export interface RuleFieldProps {
  readonly form: RuleForm;
  readonly set: (change: Partial<RuleForm>) => void;
  /** What is wrong with the first of these fields of the definition that is wrong. */
  readonly problem: (...fields: string[]) => string | undefined;
}
