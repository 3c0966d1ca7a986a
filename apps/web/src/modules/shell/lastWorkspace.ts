/** Cookie that `/` follows, so that signing in again leads back to where one works. */
export const LAST_WORKSPACE_COOKIE = "shortlist.workspace";

export function rememberWorkspace(slug: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox
  document.cookie = `${LAST_WORKSPACE_COOKIE}=${slug}; path=/; max-age=31536000; samesite=lax`;
}
