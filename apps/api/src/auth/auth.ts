import { betterAuth } from "better-auth";
import { prismaAdapter } from "better-auth/adapters/prisma";
import type { AppContext } from "../context";
import { listTrustedOrigins } from "./origins";

export interface SignedInUser {
  readonly id: string;
  readonly email: string;
  readonly name: string;
}

/** Sign-in for people. Accounts are made by first-run setup or by an admin, so signing up is closed. */
export interface Auth {
  handle(request: Request): Promise<Response>;
  findUser(headers: Headers): Promise<SignedInUser | null>;
}

/** A working week: a console that is used daily never asks again, one forgotten in a café does. */
const SESSION_SECONDS = 7 * 24 * 3600;

export function createAuth({ db, env }: Pick<AppContext, "db" | "env">): Auth {
  const auth = betterAuth({
    baseURL: env.WEB_URL,
    basePath: "/api/auth",
    secret: env.AUTH_SECRET,
    database: prismaAdapter(db, { provider: "postgresql" }),
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 8 },
    session: { expiresIn: SESSION_SECONDS, updateAge: 24 * 3600 },
    trustedOrigins: listTrustedOrigins(env.WEB_URL),
    // Sign-in is limited in front of this handler, per account and address (rest/authRoutes).
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    advanced: {
      cookiePrefix: "shortlist",
      // Browsers drop secure cookies on http, which is what a console on 127.0.0.1 has.
      useSecureCookies: env.WEB_URL.startsWith("https:"),
      defaultCookieAttributes: { sameSite: "lax", httpOnly: true },
    },
  });
  return {
    handle: (request) => auth.handler(request),
    async findUser(headers) {
      if (headers.get("cookie") === null) return null;
      const found = await auth.api.getSession({ headers });
      return found === null ? null : { id: found.user.id, email: found.user.email, name: found.user.name };
    },
  };
}
