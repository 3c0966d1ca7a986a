import type { ApiOutputs } from "../../../lib/trpc/client";

export type ServedItem = ApiOutputs["explain"]["servedItem"];
export type Exposure = ApiOutputs["explain"]["exposure"];

const BARRED: Readonly<Record<string, string>> = {
  deleted: "taken out of the catalogue",
  restricted: "restricted",
  blocked_seller: "of a blocked seller",
  hidden: "hidden",
  out_of_stock: "out of stock",
};

/** One sentence: may it be shown, and if not, why. */
export function servedVerdict({ state, rules }: ServedItem): string {
  if (state === null)
    return "Serving does not know this item: no release and no change of the catalogue brought it.";
  if (!state.isEligible)
    return `Not shown to anyone: ${state.barredBy.map((reason) => BARRED[reason] ?? reason).join(", ")}.`;
  const hiding = rules.filter(({ effect }) => effect === "hide").length;
  return hiding === 0
    ? "May be shown."
    : `May be shown, but ${hiding === 1 ? "a rule hides it" : `${hiding} rules hide it`}.`;
}

export function exposureVerdict({ nSlates, cells, slates }: Exposure): string {
  if (nSlates === 0) return "The archive holds no slate of the last 24 hours.";
  if (cells.length === 0 && slates.length === 0) return `In none of ${nSlates} slates of the last 24 hours.`;
  const surfaces = new Set(cells.map(({ surface }) => surface)).size;
  return `Shown on ${surfaces} ${surfaces === 1 ? "surface" : "surfaces"} in the last 24 hours, of ${nSlates} slates in all. A slate counts with every source that proposed the item.`;
}

/** A rule draft about the item, ready in the editor. */
export function ruleDraftPath(effect: "hide" | "pin", itemId: string): string {
  const query = new URLSearchParams({
    effect,
    item: itemId,
    ...(effect === "hide" ? { class: "compliance" } : {}),
  });
  return `/rules/new?${query}`;
}
