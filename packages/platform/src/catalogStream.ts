import { CATALOG_STREAM_MAX, type CatalogChange, redisKeys } from "@shortlist/contracts";
import type { ChainableCommander, Redis } from "ioredis";
import { AppError } from "./appError";

// The catalogue's stream: what the shop says of its items, in the order in which it was acknowledged. Replicas and the
// database follow it; nobody else is told of a change.

/** Redis serves others between entries, and a replica answers between changes of one. */
const CHANGES_PER_ENTRY = 500;

export interface CatalogEntry {
  /** Position of the entry. */
  readonly id: string;
  readonly atMs: number;
  readonly changes: readonly CatalogChange[];
  /** Changes that cannot be read; the others of the entry count. */
  readonly broken: number;
}

/** The second write makes Redis log a transaction, whose end also ends one that a kill cut in half before it. */
const APPEND = `
if redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[1]) then return false end
local size, id = tonumber(ARGV[2]), false
for from = 3, #ARGV, size do
  local fields = {}
  for i = from, math.min(from + size - 1, #ARGV) do
    fields[#fields + 1] = 'c'
    fields[#fields + 1] = ARGV[i]
  end
  id = redis.call('XADD', KEYS[1], '*', unpack(fields))
end
redis.call('XSETID', KEYS[1], id)
return id`;

/**
 * Appends all changes or none. @returns the position of the last
 * @throws AppError `dependency_down` when the stream is away or full; what cannot be known to be stored is sent again,
 * and the same change twice is the change once
 */
export async function appendCatalogChanges(
  redis: Redis,
  workspace: string,
  changes: readonly CatalogChange[],
): Promise<string> {
  let position: unknown;
  try {
    const json = changes.map((change) => JSON.stringify(change));
    position = await redis.eval(
      APPEND,
      1,
      redisKeys.catalog(workspace),
      CATALOG_STREAM_MAX,
      CHANGES_PER_ENTRY,
      ...json,
    );
  } catch (cause) {
    throw new AppError("dependency_down", "the catalogue's stream did not take the changes", {
      cause,
      publicDetail: "The catalogue's stream is away; nothing was accepted. Send the same call again.",
    });
  }
  if (typeof position !== "string")
    throw new AppError("dependency_down", `the catalogue's stream of ${workspace} is full`, {
      publicDetail:
        "The catalogue's stream is full, because nothing takes it into the database: is the worker running? " +
        "Nothing was accepted. Send the same call again.",
    });
  return position;
}

/** Appends within a transaction of the caller. */
export function queueCatalogChanges(
  transaction: ChainableCommander,
  workspace: string,
  changes: readonly CatalogChange[],
): void {
  for (let from = 0; from < changes.length; from += CHANGES_PER_ENTRY) {
    const fields = changes
      .slice(from, from + CHANGES_PER_ENTRY)
      .flatMap((change) => ["c", JSON.stringify(change)]);
    transaction.xadd(redisKeys.catalog(workspace), "*", ...fields);
  }
}

/** An entry as Redis gives it. What does not parse is counted: one broken change must not stop those behind it. */
export function parseCatalogEntry([id, fields]: [id: string, fields: string[]]): CatalogEntry {
  const changes: CatalogChange[] = [];
  let broken = 0;
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const change = fields[i] === "c" ? parseChange(fields[i + 1]!) : null;
    if (change === null) broken++;
    else changes.push(change);
  }
  return { id, atMs: Number(id.split("-")[0]), changes, broken };
}

/** Its fields were checked before it was appended; only that it is one is checked again. */
function parseChange(json: string): CatalogChange | null {
  try {
    const change = JSON.parse(json) as CatalogChange;
    return ["upsert", "patch", "delete"].includes(change.op) ? change : null;
  } catch {
    return null;
  }
}
