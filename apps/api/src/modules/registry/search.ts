import type { Evaluation } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";

/** A version as a search sees it. */
export interface Searched {
  readonly name: string;
  readonly kind: string;
  readonly createdAt: Date;
  readonly isArchived: boolean;
  /** Part of the release that is current. */
  readonly isServing: boolean;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly aliases: readonly string[];
  readonly evaluation: Evaluation | null;
}

type Predicate = (version: Searched) => boolean;
type Comparison = ">" | "<" | ">=" | "<=" | "=";

const COMPARE: Record<Comparison, (a: number, b: number) => boolean> = {
  ">": (a, b) => a > b,
  "<": (a, b) => a < b,
  ">=": (a, b) => a >= b,
  "<=": (a, b) => a <= b,
  "=": (a, b) => a === b,
};

export const SEARCH_HELP =
  "kind:ranker tag:team=growth alias:champion metrics.ndcgAt20>0.1 created>2026-05-01 is:serving is:archived, or part of a name";

/**
 * What a search asks for; all terms have to hold. Archived versions are found only with `is:archived`. Blanks divide
 * terms, but not between quotes: `tag:team="home feed"`.
 *
 * @throws AppError `invalid_request` naming the term that is not understood
 */
export function parseSearch(text: string): Predicate {
  const terms = readTerms(text);
  const predicates = terms.map(parseTerm);
  const isArchived = terms.includes("is:archived");
  return (version) => version.isArchived === isArchived && predicates.every((holds) => holds(version));
}

/** Terms without their quotes; a doubled quote between quotes is one of the text. */
function readTerms(text: string): string[] {
  const unclosed = (text.match(/"/g)?.length ?? 0) % 2 === 1;
  if (unclosed) throw refuse(text.trim(), "a quote is not closed");
  const terms = text.match(/(?:[^\s"]|"(?:[^"]|"")*")+/g) ?? [];
  return terms.map((term) =>
    term.replace(/"((?:[^"]|"")*)"/g, (_, inner: string) => inner.replace(/""/g, '"')),
  );
}

function parseTerm(term: string): Predicate {
  const [, field, comparison, value] = /^([\w.]+)(>=|<=|>|<|=)(.+)$/.exec(term) ?? [];
  if (field?.startsWith("metrics.")) {
    const [key, bound] = [field.slice("metrics.".length), Number(value)];
    if (Number.isNaN(bound)) throw refuse(term, "compare a metric with a number");
    // Not measured is no number: neither above nor below.
    return ({ evaluation }) => {
      const measured = evaluation?.subject.metrics[key] ?? null;
      return measured !== null && COMPARE[comparison as Comparison](measured, bound);
    };
  }
  if (field === "created") {
    const bound = Date.parse(value!);
    if (Number.isNaN(bound)) throw refuse(term, "compare created with a day such as 2026-05-01");
    return ({ createdAt }) => COMPARE[comparison as Comparison](createdAt.getTime(), bound);
  }
  const colon = term.indexOf(":");
  if (colon < 0) return ({ name }) => name.includes(term.toLowerCase());
  return parseColonTerm(term, term.slice(0, colon), term.slice(colon + 1));
}

function parseColonTerm(term: string, field: string, value: string): Predicate {
  if (field === "kind") return ({ kind }) => kind === value;
  if (field === "name") return ({ name }) => name === value;
  if (field === "alias") return ({ aliases }) => aliases.includes(value.toLowerCase());
  if (field === "is" && value === "archived") return ({ isArchived }) => isArchived;
  if (field === "is" && value === "serving") return ({ isServing }) => isServing;
  if (field === "tag") {
    const [, key, wanted] = /^([^=]*)(?:=(.*))?$/s.exec(value)!;
    return ({ tags }) =>
      tags.some((tag) => tag.key === key && (wanted === undefined || tag.value === wanted));
  }
  throw refuse(term, "is not understood");
}

function refuse(term: string, problem: string): AppError {
  return new AppError("invalid_request", `search term ${term}`, {
    publicDetail: `${term}: ${problem}. Write ${SEARCH_HELP}`,
    fields: [{ field: "search", problem: `${term}: ${problem}` }],
  });
}
