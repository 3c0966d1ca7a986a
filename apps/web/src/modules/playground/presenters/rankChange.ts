export type RankChange =
  | { readonly kind: "new" }
  | { readonly kind: "up" | "down"; readonly by: number }
  | { readonly kind: "same" };

/** How each item of `next` stands against `previous`; both are item ids from the top. */
export function rankChanges(previous: readonly string[], next: readonly string[]): Map<string, RankChange> {
  const before = new Map(previous.map((itemId, rank) => [itemId, rank]));
  return new Map(
    next.map((itemId, rank): [string, RankChange] => {
      const was = before.get(itemId);
      if (was === undefined) return [itemId, { kind: "new" }];
      if (was === rank) return [itemId, { kind: "same" }];
      return [itemId, { kind: was > rank ? "up" : "down", by: Math.abs(was - rank) }];
    }),
  );
}

/** "4 new, 3 up, 5 down", or that nothing moved. */
export function changeSummary(changes: ReadonlyMap<string, RankChange>): string {
  const count = { new: 0, up: 0, down: 0, same: 0 };
  for (const { kind } of changes.values()) count[kind]++;
  const parts = (["new", "up", "down"] as const)
    .filter((kind) => count[kind] > 0)
    .map((kind) => `${count[kind]} ${kind}`);
  return parts.length === 0 ? "nothing moved" : parts.join(", ");
}
