import type { ApiOutputs } from "@/lib/trpc/client";

export type Slate = ApiOutputs["playground"]["recommend"];
export type SlateCard = Slate["items"][number];
export type Action = "click" | "add_to_cart" | "hide";

/** The slates that the server rendered with the page; null for a side whose request failed. */
export type FirstSlates = {
  readonly surface: string;
  readonly a: { readonly key: string; readonly slate: Slate } | null;
  readonly b: { readonly key: string; readonly slate: Slate } | null;
} | null;
