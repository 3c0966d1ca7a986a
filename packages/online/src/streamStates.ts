import { type FeatureRow, redisKeys } from "@shortlist/contracts";
import { type FeatureState, parseFeatureState, serializeFeatureState } from "@shortlist/ml";
import type { Redis, Result } from "ioredis";
import type { OnlineView } from "./onlineView";

// What the stream worker reads and writes. A stored value is `token \n state`: the token changes with every write, so
// a writer can tell whether the state is still the one it folded into without sending that state back.

const TOKEN_LENGTH = 12;

/**
 * Writes each row only over the token that was read ('' for no value), so two workers never undo each other. The expiry
 * starts anew with every write: a row that nobody touches leaves by itself.
 */
const COMPARE_AND_SET = `
local written = {}
for i, key in ipairs(KEYS) do
  local at = 3 * (i - 1)
  if redis.call('GETRANGE', key, 0, ${TOKEN_LENGTH - 1}) == ARGV[at + 1] then
    redis.call('SET', key, ARGV[at + 2], 'PX', ARGV[at + 3])
    written[i] = 1
  else
    written[i] = 0
  end
end
return written`;

/** Rows of one call: they share what a call costs, and hold up other clients for a fraction of a millisecond. */
const ROWS_PER_CALL = 32;

declare module "ioredis" {
  interface RedisCommander<Context> {
    compareAndSetFeatureStates(
      keyCount: number,
      ...keysAndArguments: (string | number)[]
    ): Result<number[], Context>;
  }
}

/** A row's state as Redis holds it. */
export interface StoredStreamState {
  /** Empty when there is no value. */
  readonly token: string;
  /** Null for a row nothing is known of. */
  readonly state: FeatureState | null;
  /** Why a stored value could not be read; it is treated as no state, and the next write replaces it. */
  readonly problem: string | null;
}

export interface StreamRows {
  readonly workspace: string;
  readonly view: OnlineView;
  readonly keys: readonly (readonly string[])[];
}

/** The states of rows of several views, in the order asked, in one pipelined round trip. */
export async function loadStreamStates(
  redis: Redis,
  requests: readonly StreamRows[],
): Promise<StoredStreamState[][]> {
  const pipeline = redis.pipeline();
  for (const { workspace, view, keys } of requests)
    for (const key of keys) pipeline.get(getStreamKey(workspace, view, key));
  const replies = requireReplies(await pipeline.exec());
  let at = 0;
  return requests.map(({ view, keys }) =>
    keys.map(() => decodeStreamState(view, replies[at++] as string | null)),
  );
}

/** @throws nothing: a value that cannot be read is reported and counts as none */
function decodeStreamState(view: OnlineView, value: string | null): StoredStreamState {
  if (value === null) return { token: "", state: null, problem: null };
  const token = value.slice(0, TOKEN_LENGTH);
  try {
    return { token, state: parseStreamValue(view, value), problem: null };
  } catch (error) {
    return { token, state: null, problem: (error as Error).message };
  }
}

export function parseStreamValue(view: OnlineView, value: string): FeatureState {
  return parseFeatureState(view.plan, value.slice(TOKEN_LENGTH + 1));
}

/** What a write left in Redis. */
export interface WrittenState {
  readonly token: string;
  /** UTF-16 units of the state's text: what keeping it in memory is reckoned by. */
  readonly size: number;
}

export interface StreamWrite {
  readonly workspace: string;
  readonly view: OnlineView;
  readonly key: readonly string[];
  /** The token that came with the state; empty for a new row. */
  readonly token: string;
  readonly state: FeatureState;
}

/**
 * Writes states whose stored token is still the one given, in one pipelined round trip.
 *
 * @param createToken 12 characters that never repeat for a row
 * @returns per write what was written, or null when another writer came first: read the row and fold again
 * @throws when a reply is missing: any of the rows may have been written
 */
export async function writeStreamStates(
  redis: Redis,
  writes: readonly StreamWrite[],
  createToken: () => string,
): Promise<(WrittenState | null)[]> {
  defineCompareAndSet(redis);
  const pipeline = redis.pipeline();
  const results: WrittenState[] = [];
  // Rows of a cluster lie in different slots, which one call must not mix.
  const rowsPerCall = redis.isCluster ? 1 : ROWS_PER_CALL;
  for (let from = 0; from < writes.length; from += rowsPerCall) {
    const keys: string[] = [];
    const values: (string | number)[] = [];
    for (const { workspace, view, key, token, state } of writes.slice(from, from + rowsPerCall)) {
      const next = createToken();
      const text = serializeFeatureState(state);
      keys.push(getStreamKey(workspace, view, key));
      values.push(token, `${next}\n${text}`, view.retentionMs);
      results.push({ token: next, size: text.length });
    }
    pipeline.compareAndSetFeatureStates(keys.length, ...keys, ...values);
  }
  const replies = requireReplies(await pipeline.exec()).flat();
  return results.map((written, i) => (replies[i] === 1 ? written : null));
}

export function getStreamKey(workspace: string, view: OnlineView, key: readonly string[]): string {
  const row: FeatureRow = { entity: view.live.view.entity, key };
  return redisKeys.featureStream(workspace, view.id, row);
}

function defineCompareAndSet(redis: Redis): void {
  if ("compareAndSetFeatureStates" in redis) return;
  (redis as Redis).defineCommand("compareAndSetFeatureStates", { lua: COMPARE_AND_SET });
}

/**
 * Tokens of one process: 36 random bits of its own and a counter, in base64url. Random bytes for each would cost more
 * than the rest of a write.
 */
export function createTokenSource(randomBytes: (size: number) => Uint8Array): () => string {
  const own = Buffer.from(randomBytes(6))
    .toString("base64url")
    .slice(0, TOKEN_LENGTH / 2);
  let written = 0;
  return () =>
    own +
    (written++)
      .toString(36)
      .padStart(TOKEN_LENGTH / 2, "0")
      .slice(-TOKEN_LENGTH / 2);
}

/** The values of a pipeline's replies; throws the first error among them. */
export function requireReplies(replies: [error: Error | null, result: unknown][] | null): unknown[] {
  if (replies === null) throw new Error("the pipeline was not executed");
  return replies.map(([error, result]) => {
    if (error !== null) throw error;
    return result;
  });
}
