import {
  EVENT_STREAM_MAX,
  type EventRules,
  type InteractionType,
  QUARANTINE_STREAM_MAX,
  type QuarantinedEvent,
  redisKeys,
  type StoredInteraction,
} from "@shortlist/contracts";
import type { Redis } from "ioredis";

// One call judges and appends the events of one partition: what an event is compared with and where it goes change
// together or not at all, so a retry after any crash meets what its first try left.
//
// A Redis that is killed while it writes a transaction may keep the first half of it in its append-only file, and
// carry it out at the start after the next (docs/runbooks/durability.md). So nothing here depends on how long a stream
// was (a limit by length is logged as the exact length, and would then delete older events), and every call writes
// twice at least, so that it is logged as a transaction, whose end also ends a half one before it.

/** Longer blocks Redis for others: 500 events take about 2 ms. */
export const EVENTS_PER_CALL_MAX = 500;
/** A full stream is shortened by about as many at once; more than a call can append. */
const TRIM_ENTRIES = 1_000;
/** Outlives the minute that a counter counts. */
const PACE_TTL_MS = 120_000;
const MINUTE_MS = 60_000;

/** What a shopper asks for takes effect however often or fast it is asked. */
const NEVER_SET_ASIDE: ReadonlySet<InteractionType> = new Set(["hide", "opt_out", "opt_in"]);

const LUA = `
local events, quarantine = KEYS[1], KEYS[2]
local eventsMax, quarantineMax, memoryMs, paceTtlMs = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[4], ARGV[6]
local windowMs, paceMax, n = tonumber(ARGV[3]), tonumber(ARGV[5]), tonumber(ARGV[7])
local verdicts = {}
local ends = {}
local function append(stream, field, json)
  ends[stream] = redis.call('XADD', stream, '*', field, json)
end
local function trim(stream, max)
  if redis.call('XLEN', stream) < max + ${TRIM_ENTRIES} then return end
  local oldest = redis.call('XRANGE', stream, '-', '+', 'COUNT', ${TRIM_ENTRIES})
  redis.call('XTRIM', stream, 'MINID', oldest[#oldest][1])
end
local at = 8
for i = 1, n do
  local json, id, occurred = ARGV[at], ARGV[at + 1] .. ' ', ARGV[at + 2]
  at = at + 3
  local isDuplicate, isFast = false, false
  if occurred ~= '' then
    local isRetry = false
    if windowMs > 0 then
      local key = KEYS[2 * i + 1]
      if not redis.call('SET', key, id .. occurred, 'NX', 'PX', memoryMs) then
        local held = redis.call('GET', key) or ''
        if string.sub(held, 1, #id) == id then
          isRetry = true
        elseif math.abs(tonumber(occurred) - tonumber(string.match(held, '%S+$') or 'inf')) <= windowMs then
          isDuplicate = true
        else
          redis.call('SET', key, id .. occurred, 'PX', memoryMs)
        end
      end
    end
    if paceMax > 0 then
      local key = KEYS[2 * i + 2]
      if isRetry then
        isFast = tonumber(redis.call('GET', key) or 0) > paceMax
      else
        local pace = redis.call('INCR', key)
        if pace == 1 then redis.call('PEXPIRE', key, paceTtlMs) end
        isFast = pace > paceMax
      end
    end
  end
  if isDuplicate or isFast then
    local reasons = isDuplicate and (isFast and '"duplicate","velocity"' or '"duplicate"') or '"velocity"'
    append(quarantine, 'q', '{"reasons":[' .. reasons .. '],"stored":' .. json .. '}')
    verdicts[i] = isDuplicate and 'd' or 'v'
  else
    append(events, 'e', json)
    verdicts[i] = 'k'
  end
end
for i = at, #ARGV do append(quarantine, 'q', ARGV[i]) end
if ends[events] then trim(events, eventsMax) end
if ends[quarantine] then trim(quarantine, quarantineMax) end
for stream, id in pairs(ends) do redis.call('XSETID', stream, id) end
return table.concat(verdicts)
`;

interface WithAppend {
  shortlistAppend(keys: number, ...args: (string | number)[]): Promise<string>;
}

/**
 * Appends events of one partition, and rows that the rules already set aside. Resolves to one letter per event: `k`
 * kept, `d` set aside as a duplicate, `v` for its shopper's velocity.
 */
export type AppendPartition = (
  target: { workspace: string; partition: number; rules: EventRules },
  events: readonly StoredInteraction[],
  quarantined: readonly QuarantinedEvent[],
) => Promise<string>;

/** So many entries a stream keeps at least. */
const STREAM_MAX = { events: EVENT_STREAM_MAX, quarantine: QUARANTINE_STREAM_MAX };

export function defineAppend(redis: Redis, max = STREAM_MAX): AppendPartition {
  redis.defineCommand("shortlistAppend", { lua: LUA });
  return ({ workspace, partition, rules }, events, quarantined) => {
    const keys = [redisKeys.events(workspace, partition), redisKeys.quarantine(workspace, partition)];
    const args: (string | number)[] = [
      max.events,
      max.quarantine,
      rules.duplicateWindowMs,
      rules.duplicateMemoryMs,
      rules.eventsPerMinuteMax,
      PACE_TTL_MS,
      events.length,
    ];
    for (const event of events) {
      keys.push(
        redisKeys.lately(workspace, partition, createAction(event)),
        redisKeys.pace(
          workspace,
          partition,
          `${event.shopper}:${Math.floor(event.receivedAtMs / MINUTE_MS)}`,
        ),
      );
      const occurred = NEVER_SET_ASIDE.has(event.type) ? "" : event.occurredAtMs;
      args.push(JSON.stringify(event), event.eventId, occurred);
    }
    for (const row of quarantined) args.push(JSON.stringify(row));
    return (redis as unknown as WithAppend).shortlistAppend(keys.length, ...keys, ...args);
  };
}

/** What two events have in common when they are one action: the natural key, without time and event id. */
function createAction(e: StoredInteraction): string {
  return `${e.shopper}|${e.type}|${e.itemId ?? ""}|${e.requestId ?? ""}|${e.position ?? ""}|${e.value ?? ""}|${e.quantity ?? ""}`;
}
