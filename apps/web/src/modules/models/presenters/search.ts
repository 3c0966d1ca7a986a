/** What the page of models is asked for; null or empty is anything. */
export interface ModelSearch {
  /** Terms as they are typed, in the language of the API's search. */
  readonly text: string;
  /** `key=value`. */
  readonly tag: string | null;
  readonly alias: string | null;
  readonly stage: Stage | null;
}

/** Where a version stands, beside "not archived", which is where a search looks unless it is told otherwise. */
export const STAGES = ["serving", "archived"] as const;
export type Stage = (typeof STAGES)[number];
export const STAGE_LABELS: Record<Stage, string> = { serving: "serves now", archived: "archived" };

/** The one text that the API searches by. */
export function toSearchText({ text, tag, alias, stage }: ModelSearch): string {
  const terms = [
    text.trim(),
    tag === null ? "" : `tag:${quote(tag)}`,
    alias === null ? "" : `alias:${alias}`,
    stage === null ? "" : `is:${stage}`,
  ];
  return terms.filter((term) => term !== "").join(" ");
}

/** What a search was limited to, for the sentence that says that nothing fits. */
export function describeSearch({ text, tag, alias, stage }: ModelSearch): string {
  const parts = [
    text.trim() === "" ? "" : `“${text.trim()}”`,
    tag === null ? "" : `tag ${tag}`,
    alias === null ? "" : `alias ${alias}`,
    stage === null ? "" : STAGE_LABELS[stage],
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function quote(value: string): string {
  return /[\s"]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
