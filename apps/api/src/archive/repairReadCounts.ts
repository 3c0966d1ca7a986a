import type { Redis } from "ioredis";
import { FEATURE_GROUP } from "../stream/partitions";
import { GROUP, listStreams } from "./streams";

// A Redis that starts again from its append-only file knows how far each group has read, but after a rewrite of the
// file no longer how many entries that were: what it calls the lag is too large by all that was read since. The lag
// is what people are warned by, so it is counted anew.

/** Counting blocks the server for about a second with so many unread entries; more are counted when they are fewer. */
const COUNT_MAX = 100_000;
const PAGE = 1_000;

/** Returns 1 when the count was set, 0 when there is no such group or too much to count. */
const REPAIR = `
local ok, groups = pcall(redis.call, 'XINFO', 'GROUPS', KEYS[1])
if not ok then return 0 end
local last = nil
for _, group in ipairs(groups) do
  local fields = {}
  for i = 1, #group, 2 do fields[group[i]] = group[i + 1] end
  if fields['name'] == ARGV[1] then last = fields['last-delivered-id'] end
end
if not last then return 0 end
local added = 0
local stream = redis.call('XINFO', 'STREAM', KEYS[1])
for i = 1, #stream, 2 do if stream[i] == 'entries-added' then added = stream[i + 1] end end
local unread = 0
local from = last
while true do
  local page = redis.call('XRANGE', KEYS[1], '(' .. from, '+', 'COUNT', ${PAGE})
  unread = unread + #page
  if #page < ${PAGE} then break end
  if unread >= ${COUNT_MAX} then return 0 end
  from = page[#page][1]
end
redis.call('XGROUP', 'SETID', KEYS[1], ARGV[1], last, 'ENTRIESREAD', added - unread)
return 1`;

/** Sets right how many entries each reader of a workspace's streams has read. Doing it at any time does no harm. */
export async function repairReadCounts(redis: Redis, workspace: string): Promise<void> {
  for (const { key, kind } of listStreams(workspace))
    for (const group of kind === "events" ? [GROUP, FEATURE_GROUP] : [GROUP])
      await redis.eval(REPAIR, 1, key, group);
}
