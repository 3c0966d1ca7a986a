/** Where the API listens, as this server sees it. Read at every call: one build serves any address. */
export function apiUrl(path: string): URL {
  return new URL(path, process.env.API_URL ?? "http://127.0.0.1:4000");
}
