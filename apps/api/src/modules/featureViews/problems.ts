import type { FieldProblem } from "@shortlist/contracts";
import type * as z from "zod";

type Issue = z.core.$ZodIssue;

/**
 * What is wrong with a definition, field by field. Zod answers a filter that fits no form with one "invalid input" for
 * all of its forms; here the form that comes closest is taken to be the one that was meant.
 */
export function toViewProblems(issues: readonly Issue[], prefix = ""): FieldProblem[] {
  return issues
    .flatMap((issue) => flatten(issue, []))
    .map(({ path, problem }) => ({
      field: [prefix, ...path.map(String)].filter((part) => part !== "").join(".") || "(top)",
      problem,
    }));
}

interface Found {
  readonly path: readonly PropertyKey[];
  readonly problem: string;
}

function flatten(issue: Issue, at: readonly PropertyKey[]): Found[] {
  const path = [...at, ...issue.path];
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({
      path: [...path, key],
      problem: "is not known here: remove or rename it",
    }));
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const forms = issue.errors.map((form) => form.flatMap((inner) => flatten(inner, path)));
    return forms.sort((a, b) => distance(a, path.length) - distance(b, path.length))[0] ?? [];
  }
  if (issue.code === "invalid_type" && issue.input === undefined && issue.message.includes("undefined"))
    return [{ path, problem: `is missing: give ${article(issue.expected)}` }];
  return [{ path, problem: issue.message }];
}

/** `op` says which form was meant; after that, problems deep inside a form say more for it than those of its own keys. */
function distance(problems: readonly Found[], depth: number): number {
  const weigh = ({ path }: Found) => (path.length > depth + 1 ? 1 : path.at(-1) === "op" ? 100 : 10);
  return problems.reduce((sum, found) => sum + weigh(found), 0);
}

function article(expected: string): string {
  return /^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`;
}
