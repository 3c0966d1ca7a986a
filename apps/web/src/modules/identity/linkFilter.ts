/** Which links are listed, from the address: `?shared=1`, `?shopper=<pseudonym>`. Anything else is no filter. */
export function readLinkFilter(query: { readonly shared: string | null; readonly shopper: string | null }): {
  onlyShared?: true;
  shopper?: string;
} {
  return {
    ...(query.shared === "1" ? { onlyShared: true as const } : {}),
    ...(query.shopper !== null && /^[A-Za-z0-9_-]{22}$/.test(query.shopper)
      ? { shopper: query.shopper }
      : {}),
  };
}
