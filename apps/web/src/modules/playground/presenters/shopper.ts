import type { ApiInputs, ApiOutputs } from "../../../lib/trpc/client";

export type NamedShopper = ApiOutputs["playground"]["shoppers"][number];
export type ShopperRef = ApiInputs["playground"]["recommend"]["shopper"];

export interface Shopper {
  /** As it stands in the address: `u.<user id>` or `v.<anonymous id>`. */
  readonly key: string;
  readonly ref: ShopperRef;
  readonly name: string;
  readonly taste: string;
  readonly region: string | null;
}

export const toUserKey = (userId: string) => `u.${userId}`;
export const toVisitorKey = (anonymousId: string) => `v.${anonymousId}`;

/** Who a key of the address stands for. Ids that the sample shop does not name are played by their id. */
export function findShopper(key: string, named: readonly NamedShopper[]): Shopper {
  if (key.startsWith("v.")) {
    const anonymousId = key.slice(2) || "visitor";
    return {
      key,
      ref: { anonymousId },
      name: "Anonymous visitor",
      taste: "never seen before this session",
      region: null,
    };
  }
  const userId = key.startsWith("u.") ? key.slice(2) : key;
  const found = named.find((shopper) => shopper.userId === userId);
  return {
    key: toUserKey(userId),
    ref: { userId },
    name: found?.name ?? userId,
    taste: found?.taste ?? "a shopper by id",
    region: found?.region || null,
  };
}

/** Who stands on the two stages when the address does not say: two tastes, else a stranger. */
export function defaultKeys(named: readonly NamedShopper[]): readonly [string, string] {
  const first = named[0];
  if (first === undefined) return [toVisitorKey("visitor-a"), toVisitorKey("visitor-b")];
  const second = named.find((shopper) => shopper.taste !== first.taste) ?? named[1];
  return [
    toUserKey(first.userId),
    second === undefined ? toVisitorKey("visitor-b") : toUserKey(second.userId),
  ];
}
