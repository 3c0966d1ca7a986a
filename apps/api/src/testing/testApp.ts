import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Role } from "@shortlist/contracts";
import { createTestDatabase, requireEnv } from "@shortlist/testing";
import type { FastifyInstance } from "fastify";
import { compose } from "../composition";
import type { AppContext } from "../context";
import { readEnv } from "../env";
import { createUser } from "../modules/members/service";
import { createServer } from "../rest/server";
import { createCaller } from "../trpc/init";
import { appRouter } from "../trpc/router";

export const SERVICE_KEY = "service-key-of-the-tests-0123456789abcdef";
export const PASSWORD = "correct horse battery";

const caller = createCaller(appRouter);
type Caller = ReturnType<typeof caller>;

export interface TestApp {
  readonly ctx: AppContext;
  readonly server: FastifyInstance;
  readonly queuePrefix: string;
  /** Moves the clock that services see. */
  readonly advance: (ms: number) => void;
  createWorkspace(): Promise<{ id: string; slug: string }>;
  createMember(workspaceId: string, role: Role): Promise<Person>;
  /** A tRPC caller signed in as the person, or as nobody. */
  callAs(person: Person | null): Caller;
  /** A REST call with the service key unless told otherwise. */
  rest(method: "GET" | "PUT" | "POST" | "DELETE", url: string, o?: RestOptions): Promise<RestAnswer>;
  close(): Promise<void>;
}

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly name: string;
}

interface RestOptions {
  readonly body?: unknown;
  readonly key?: string | null;
}

export interface RestAnswer {
  readonly status: number;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever came back
  readonly json: any;
}

/** The whole API over a database, folders and a queue of its own; Redis is shared, so workspaces get unique slugs. */
export async function createTestApp(overrides: Record<string, string> = {}): Promise<TestApp> {
  const database = await createTestDatabase();
  const dir = await mkdtemp(join(tmpdir(), "shortlist-api-"));
  const env = readEnv({
    LOG_LEVEL: "silent",
    DATABASE_URL: database.url,
    REDIS_URL: requireEnv("TEST_REDIS_URL"),
    ARTIFACT_URL: pathToFileURL(join(dir, "artifacts")).href,
    LAKE_URL: pathToFileURL(join(dir, "lake")).href,
    PSEUDONYM_KEY: "pseudonym-key-of-the-tests-0123456789abc",
    AUTH_SECRET: "auth-secret-of-the-tests-0123456789abcdef",
    SERVICE_KEY,
    WEB_URL: "http://127.0.0.1:3000",
    ...overrides,
  });
  const queuePrefix = `{t:${randomUUID()}}`;
  let offsetMs = 0;
  const { ctx, close } = await compose(env, {
    name: "test",
    queuePrefix,
    now: () => new Date(Date.now() + offsetMs),
  });
  const server = await createServer(ctx);
  return {
    ctx,
    server,
    queuePrefix,
    advance: (ms) => {
      offsetMs += ms;
    },
    async createWorkspace() {
      const slug = `w-${randomUUID().slice(0, 18)}`;
      return ctx.db.workspace.create({ data: { slug, name: slug }, select: { id: true, slug: true } });
    },
    async createMember(workspaceId, role) {
      const email = `${role}-${randomUUID()}@shortlist.test`;
      const id = await ctx.db.$transaction((tx) => createUser(tx, { email, name: role, password: PASSWORD }));
      await ctx.db.membership.create({ data: { workspaceId, userId: id, role } });
      return { id, email, name: role };
    },
    callAs: (person) => caller({ app: ctx, user: person }),
    async rest(method, url, o = {}) {
      const key = o.key === undefined ? SERVICE_KEY : o.key;
      const answer = await server.inject({
        method,
        url,
        headers: key === null ? {} : { authorization: `Bearer ${key}` },
        ...(o.body === undefined ? {} : { payload: o.body as object }),
      });
      const type = String(answer.headers["content-type"] ?? "");
      return { status: answer.statusCode, type, json: type.includes("json") ? answer.json() : answer.body };
    },
    async close() {
      await server.close();
      await close();
      await database.drop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
