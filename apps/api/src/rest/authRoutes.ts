import rateLimit from "@fastify/rate-limit";
import { AppError, sha256Hex } from "@shortlist/platform";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Auth } from "../auth/auth";

/** Nobody mistypes a password twenty times a minute; guessing at this rate takes longer than a password lives. */
const SIGN_INS_PER_MINUTE = 20;

/** Sign-in, sign-out and sessions at /api/auth/*, answered by better-auth. */
export async function registerAuthRoutes(app: FastifyInstance, auth: Auth): Promise<void> {
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, { after }) =>
      new AppError("rate_limited", "too many sign-ins", {
        publicDetail: `Too many attempts to sign in. Try again in ${after}.`,
      }),
  });
  const limited = {
    rateLimit: {
      max: SIGN_INS_PER_MINUTE,
      timeWindow: "1 minute",
      // After the body is read: the account is part of the key, so that one console behind one address, as all
      // colleagues are, does not lock out the others.
      hook: "preHandler" as const,
      keyGenerator: (request: FastifyRequest) => sha256Hex(`${request.ip}\n${accountOf(request.body)}`),
    },
  };
  const handler = async (request: FastifyRequest, reply: import("fastify").FastifyReply) => {
    const answer = await auth.handle(toWebRequest(request));
    reply.status(answer.status);
    answer.headers.forEach((value, name) => {
      if (name !== "set-cookie") reply.header(name, value);
    });
    // Several cookies must stay several headers.
    const cookies = answer.headers.getSetCookie();
    if (cookies.length > 0) reply.header("set-cookie", cookies);
    return reply.send(answer.body === null ? null : await answer.text());
  };
  app.post("/api/auth/sign-in/email", { config: limited }, handler);
  app.route({ method: ["GET", "POST"], url: "/api/auth/*", handler });
}

function accountOf(body: unknown): string {
  const email = (body as { email?: unknown } | null)?.email;
  return typeof email === "string" ? email.toLowerCase() : "";
}

function toWebRequest(request: FastifyRequest): Request {
  const headers = toHeaders(request);
  const url = new URL(request.url, `http://${request.headers.host ?? "127.0.0.1"}`);
  const hasBody = request.method !== "GET" && request.body !== undefined && request.body !== null;
  // The body is written anew, so what described the old one does not hold.
  headers.delete("content-length");
  return new Request(url, {
    method: request.method,
    headers,
    ...(hasBody ? { body: JSON.stringify(request.body) } : {}),
  });
}

export function toHeaders(request: FastifyRequest): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === "string") headers.set(name, value);
    else for (const part of value ?? []) headers.append(name, part);
  }
  return headers;
}
