import { AppError } from "@shortlist/platform";

/**
 * Origins whose pages may use a session: the console's own, and its twin when it runs on this machine, because
 * people type localhost where the address says 127.0.0.1.
 */
export function listTrustedOrigins(webUrl: string): string[] {
  const url = new URL(webUrl);
  const twins: Record<string, string> = { "127.0.0.1": "localhost", localhost: "127.0.0.1" };
  const twin = twins[url.hostname];
  if (twin === undefined) return [url.origin];
  const other = new URL(url);
  other.hostname = twin;
  return [url.origin, other.origin];
}

/** Cookies travel with same-site requests of other ports too, so the page that asks must be the console's. */
export function requireOrigin(origin: string | undefined, trusted: readonly string[]): void {
  if (origin !== undefined && !trusted.includes(origin))
    throw new AppError("forbidden", `origin ${origin}`, {
      publicDetail: "This origin may not call the console's API",
    });
}
