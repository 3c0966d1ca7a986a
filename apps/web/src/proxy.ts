import { type NextRequest, NextResponse } from "next/server";

/**
 * Tells layouts the address they render (they cannot know it otherwise), and sends visitors without any session
 * cookie to sign in. Whether the cookie is good is for the API to say.
 */
export function proxy(request: NextRequest): NextResponse {
  const { pathname, search } = request.nextUrl;
  if (!request.cookies.getAll().some(({ name }) => name.endsWith("shortlist.session_token"))) {
    const login = new URL("/login", request.url);
    login.searchParams.set("next", pathname + search);
    return NextResponse.redirect(login);
  }
  const headers = new Headers(request.headers);
  headers.set("x-console-path", pathname + search);
  return NextResponse.next({ request: { headers } });
}

export const config = { matcher: ["/w/:path*"] };
