import type { NextRequest } from "next/server";
import { apiUrl } from "@/lib/apiUrl";

/**
 * Hands `/api/*` to the API, streaming both ways, so that console and API share one origin and its cookies. A
 * rewrite in next.config would be fixed at build time; the address is known only when the server starts.
 */
export const dynamic = "force-dynamic";

/** Of one connection only (RFC 9110 §7.6.1), or set anew by fetch. */
const NOT_FORWARDED = [
  "connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "te",
  "trailer",
  "host",
  "content-length",
  // fetch decodes bodies, so what it passes on is plain.
  "content-encoding",
  "accept-encoding",
  // A browser may write anything here; the API counts sign-ins by it.
  "x-forwarded-for",
  "forwarded",
];

async function proxy(request: NextRequest): Promise<Response> {
  const { pathname, search } = request.nextUrl;
  const hasBody = request.method !== "GET" && request.method !== "HEAD";
  try {
    const answer = await fetch(apiUrl(pathname + search), {
      method: request.method,
      headers: withoutHopHeaders(request.headers),
      body: hasBody ? request.body : null,
      redirect: "manual",
      // Closes the upstream stream when the browser leaves.
      signal: request.signal,
      cache: "no-store",
      ...(hasBody ? { duplex: "half" } : {}),
    } as RequestInit);
    const headers = withoutHopHeaders(answer.headers);
    // Nothing between here and the browser may hold events back.
    if (headers.get("content-type")?.startsWith("text/event-stream")) headers.set("x-accel-buffering", "no");
    return new Response(answer.body, { status: answer.status, headers });
  } catch {
    if (request.signal.aborted) return new Response(null, { status: 499 });
    return Response.json(
      {
        type: "about:blank",
        title: "A service this needs is down",
        status: 503,
        code: "dependency_down",
        detail: "The API does not answer",
        retryable: true,
      },
      { status: 503, headers: { "content-type": "application/problem+json" } },
    );
  }
}

function withoutHopHeaders(from: Headers): Headers {
  const headers = new Headers(from);
  for (const name of NOT_FORWARDED) headers.delete(name);
  return headers;
}

export { proxy as DELETE, proxy as GET, proxy as PATCH, proxy as POST, proxy as PUT };
