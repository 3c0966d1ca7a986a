import { randomBytes } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ControlDocument, RolloutTraffic } from "@shortlist/contracts";
import { createFileArtifactStore, createLogger } from "@shortlist/platform";
import { createReplica, type Replica, type ReplicaOptions } from "../composition";
import { readEnv } from "../env";
import type { SpoolDisk } from "../ports/spoolDisk";
import { createControl, createTraffic } from "./publishControl";
import { createReleaseFixture, type FixtureOptions } from "./releaseFixture";

export const TEST_PSEUDONYM_KEY = "test-pseudonym-key-that-is-long-enough";

/** Environment of a serving process in a test; `changes` win. */
export function createTestEnv(changes: Record<string, string>): Record<string, string> {
  return {
    LOG_LEVEL: "silent",
    ARTIFACT_URL: "file:///unused",
    PSEUDONYM_KEY: TEST_PSEUDONYM_KEY,
    ...changes,
  };
}

export interface TestReplica {
  readonly replica: Replica;
  readonly workspace: string;
  readonly apiKey: string;
  readonly documents: readonly ControlDocument[];
  post(path: string, body: unknown, key?: string): Promise<{ status: number; body: Record<string, never> }>;
  get(path: string, key?: string): Promise<{ status: number; text: string; body: Record<string, never> }>;
}

/** A replica in this process serving a synthetic release, with a workspace that no other test has. */
export async function startReplica(
  redisUrl: string,
  options: {
    fixture?: Partial<FixtureOptions>;
    /** A second release, number 2 unless said otherwise, as the candidate of a rollout. */
    rollout?: { fixture?: Partial<FixtureOptions>; traffic?: Partial<RolloutTraffic> };
    env?: Record<string, string>;
    alter?: ReplicaOptions["alter"];
    logger?: ReplicaOptions["logger"];
    alsoServe?: readonly ControlDocument[];
    workspace?: string;
    spoolDisk?: SpoolDisk;
  } = {},
): Promise<TestReplica> {
  const dir = await mkdtemp(join(tmpdir(), "serving-replica-"));
  const workspace = options.workspace ?? `t${randomBytes(6).toString("hex")}`;
  const store = createFileArtifactStore(join(dir, "store"));
  const fixture = await createReleaseFixture({ workspace, store, nItems: 600, ...options.fixture });
  const { document, apiKey } = createControl(workspace, fixture.wanted);
  if (options.rollout !== undefined) {
    const shape = { workspace, store, nItems: 600, number: 2, seed: 2, ...options.rollout.fixture };
    const { wanted } = await createReleaseFixture(shape);
    document.rollout = createTraffic(wanted, options.rollout.traffic);
  }
  const documents = [document, ...(options.alsoServe ?? [])];
  const replica = await createReplica({
    env: readEnv(
      createTestEnv({ REDIS_URL: redisUrl, SERVING_STATE_DIR: join(dir, "state"), ...options.env }),
    ),
    logger: options.logger ?? createLogger({ name: "test", level: "silent" }),
    store,
    ...(options.alter === undefined ? {} : { alter: options.alter }),
    ...(options.spoolDisk === undefined ? {} : { spoolDisk: options.spoolDisk }),
  });
  const states = await replica.load(documents);
  for (const state of states)
    if (!["serving", "candidate"].includes(state.state)) throw new Error(state.reason ?? "refused");
  const headers = (key: string) => ({ authorization: `Bearer ${key}` });
  return {
    replica,
    workspace,
    apiKey,
    documents,
    async post(path, body, key = apiKey) {
      const payload = typeof body === "string" ? body : JSON.stringify(body);
      const answer = await replica.app.inject({
        method: "POST",
        url: path,
        headers: { ...headers(key), "content-type": "application/json" },
        payload,
      });
      return { status: answer.statusCode, body: answer.json() };
    },
    async get(path, key = apiKey) {
      const answer = await replica.app.inject({ method: "GET", url: path, headers: headers(key) });
      const isJson = String(answer.headers["content-type"]).includes("json");
      return { status: answer.statusCode, text: answer.body, body: isJson ? answer.json() : {} };
    },
  };
}
