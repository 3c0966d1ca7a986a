/** A request that shows at once whether the key works. */
export function curlSnippet(servingUrl: string, key: string): string {
  return [
    `curl -s ${servingUrl}/v1/recommend \\`,
    `  -H 'authorization: Bearer ${key}' \\`,
    "  -H 'content-type: application/json' \\",
    `  -d '{"anonymousId":"visitor-1","surface":"home_feed","n":5}'`,
  ].join("\n");
}
