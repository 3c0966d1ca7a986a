import type { Surface } from "@shortlist/contracts";
import { createLoader, parseAsString, parseAsStringLiteral } from "nuqs/server";

/** Surfaces that a person can stand on. */
export const PLAYGROUND_SURFACES = [
  "home_feed",
  "product_detail",
  "cart",
  "notifications",
] as const satisfies readonly Surface[];

/** State of the page in its address: who stands on each stage, and where in the shop. */
export const playgroundSearch = {
  a: parseAsString.withDefault(""),
  b: parseAsString.withDefault(""),
  surface: parseAsStringLiteral(PLAYGROUND_SURFACES).withDefault("home_feed"),
};

export const loadPlaygroundSearch = createLoader(playgroundSearch);

/** Items per slate: three rows of four on a wide screen. */
export const SLATE_SIZE = 12;
