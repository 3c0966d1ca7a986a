// The worker's archive loop alone, for drills that end it without warning. Workspaces are named by DRILL_WORKSPACES.
import { fileURLToPath } from "node:url";
import { openLake } from "@shortlist/lake";
import { createLogger, createRedis, envFragments, parseEnv } from "@shortlist/platform";
import * as z from "zod";
import { archiveRound } from "../archive/archiver";
import { mergeFiles } from "../archive/mergeFiles";
import { startLoop } from "../lifecycle";

const env = parseEnv(
  { ...envFragments.log, ...envFragments.redis, ...envFragments.lake, DRILL_WORKSPACES: z.string() },
  process.env,
);
const logger = createLogger({ name: "drill-archiver", level: env.LOG_LEVEL });
const redis = createRedis(env.REDIS_URL);
redis.on("error", () => undefined);
await redis.connect().catch(() => undefined);
const root = fileURLToPath(env.LAKE_URL);
const lake = await openLake(root);
const consumer = `drill-${process.pid}-${Date.now()}`;
const workspaces = env.DRILL_WORKSPACES.split(",");
startLoop({ name: "archive", intervalMs: 150, logger }, async () => {
  if (redis.status !== "ready") return;
  // Small batches make many files and many moments to be killed in.
  await archiveRound({ redis, lake, logger }, workspaces, { consumer, batchMax: 200, claimAfterMs: 1_500 });
  for (const workspace of workspaces)
    await mergeFiles(workspace, { lake, root, nowMs: Date.now() + 3_600_000, filesMin: 5 });
});
process.send?.("running");
process.on("disconnect", () => process.exit(0));
