// The worker process: runs jobs, sweeps what others left, archives the streams into the lake, folds them into features.
import { hostname } from "node:os";
import { fileURLToPath } from "node:url";
import { utcDay } from "@shortlist/lake";
import { createRedis, EnvError } from "@shortlist/platform";
import { archiveRound } from "./archive/archiver";
import { mergeFiles } from "./archive/mergeFiles";
import { removeIdleReaders } from "./archive/removeIdleReaders";
import { repairReadCounts } from "./archive/repairReadCounts";
import { foldCatalog } from "./catalog/foldCatalog";
import { upkeepCatalog } from "./catalog/upkeepCatalog";
import { compose } from "./composition";
import { readEnv } from "./env";
import { childPathOf, decideHeapMb } from "./jobs/children";
import { startConsumer } from "./jobs/consume";
import { sweepJobs } from "./jobs/sweep";
import { onShutdown, startLoop } from "./lifecycle";
import { startDueBackfills } from "./modules/featureViews/nightlyService";
import { startDueLists } from "./modules/lists/service";
import { startDueChecks } from "./modules/quality/checkService";
import { archiveOldVersions, collectArtifacts } from "./modules/registry/keepService";
import { controlRollouts } from "./modules/rollouts/controllerService";
import { runRetention } from "./retention/runRetention";
import { openStreamWorker } from "./stream/openStreamWorker";

/** Waiting longer makes larger files; shorter makes events visible sooner. Within 5 s is promised. */
const ARCHIVE_MS = 4_000;
const SWEEP_MS = 10_000;
const MERGE_MS = 10 * 60_000;
/** How long a change of the catalogue may be missing in the database. */
const CATALOG_MS = 500;
const CATALOG_UPKEEP_MS = 5_000;
/** A new view waits at most this long for its first batch. */
const BACKFILLS_MS = 30_000;
/** A new day, or an import, is checked at most this much later. */
const CHECKS_MS = 60_000;
/** Lists of a new release are begun at most this much later. */
const LISTS_MS = 60_000;
/** Harm is acted on at most this much after it is measured. */
const ROLLOUTS_MS = 5_000;
/** Old versions leave the hot list and deleted ones the store; nobody waits for either. */
const KEEP_MS = 60 * 60_000;
const MERGE_LOCK = "sl:merge-lock";

try {
  const env = readEnv();
  const { ctx, close } = await compose(env, { name: "worker" });
  // A connection of its own: archiving sends megabytes, and a heartbeat must not wait behind them.
  const redis = createRedis(env.REDIS_URL);
  redis.on("error", (error) => ctx.logger.debug({ err: error }, "redis is away"));
  await redis.connect().catch(() => ctx.logger.warn("redis is away; archiving waits for it"));
  const consumer = startConsumer(ctx, { childPathOf, heapMb: decideHeapMb() });
  const { logger } = ctx;
  const listWorkspaces = () => ctx.db.workspace.findMany({ select: { id: true, slug: true } });
  const listSlugs = async () => (await listWorkspaces()).map(({ slug }) => slug);
  const stream = await openStreamWorker({ redisUrl: env.REDIS_URL, lake: ctx.lake, logger });
  let retainedDay = "";
  let isCounted = false;
  // Also after a reconnection: it may be another server, or the same one started again.
  redis.on("ready", () => {
    isCounted = false;
  });
  const loops = [
    startLoop({ name: "sweep", intervalMs: SWEEP_MS, logger }, () => sweepJobs(ctx)),
    startLoop({ name: "archive", intervalMs: ARCHIVE_MS, logger }, async () => {
      if (redis.status !== "ready") return;
      if (!isCounted) {
        isCounted = true;
        for (const workspace of await listSlugs()) await repairReadCounts(redis, workspace);
      }
      const deps = { redis, lake: await ctx.lake(), logger };
      await archiveRound(deps, await listSlugs(), { consumer: `${hostname()}-${process.pid}` });
    }),
    startLoop({ name: "merge", intervalMs: MERGE_MS, logger }, async () => {
      // One worker at a time: two would merge the same files into different ones. Freed by itself when it dies.
      if ((await redis.set(MERGE_LOCK, process.pid, "PX", MERGE_MS - 30_000, "NX")) === null) return;
      const options = { lake: await ctx.lake(), root: fileURLToPath(env.LAKE_URL), nowMs: Date.now() };
      for (const workspace of await listSlugs()) await mergeFiles(workspace, options);
      // Beside merging and never at the same time: both take files of a day away.
      const today = utcDay(options.nowMs);
      if (retainedDay === today) return;
      const settings = {
        rawDays: env.RETENTION_RAW_DAYS,
        aggregateDays: env.RETENTION_AGGREGATE_DAYS,
      };
      for (const workspace of await listSlugs()) {
        const result = await runRetention(workspace, { ...options, ...settings });
        if (Object.keys(result.deleted).length > 0)
          logger.info({ workspace, ...result }, "old files left the lake");
      }
      for (const workspace of await listSlugs()) await removeIdleReaders(redis, workspace);
      retainedDay = today;
    }),
    startLoop({ name: "catalogue", intervalMs: CATALOG_MS, logger }, async () => {
      if (redis.status !== "ready") return;
      for (const workspace of await listWorkspaces()) await foldCatalog({ ...ctx, redis }, workspace);
    }),
    startLoop({ name: "catalogue upkeep", intervalMs: CATALOG_UPKEEP_MS, logger }, async () => {
      if (redis.status !== "ready") return;
      for (const workspace of await listWorkspaces()) await upkeepCatalog({ ...ctx, redis }, workspace);
    }),
    startLoop({ name: "rollouts", intervalMs: ROLLOUTS_MS, logger }, () => controlRollouts(ctx)),
    startLoop({ name: "checks", intervalMs: CHECKS_MS, logger }, () => startDueChecks(ctx)),
    startLoop({ name: "registry", intervalMs: KEEP_MS, logger }, async () => {
      const archived = await archiveOldVersions(ctx);
      const collected = await collectArtifacts(ctx);
      if (archived + collected > 0) logger.info({ archived, collected }, "tidied the registry");
    }),
    startLoop({ name: "lists", intervalMs: LISTS_MS, logger }, () => startDueLists(ctx)),
    startLoop({ name: "backfills", intervalMs: BACKFILLS_MS, logger }, () => startDueBackfills(ctx)),
  ];
  onShutdown(logger, async () => {
    await Promise.all([consumer.stop(), stream.stop(), ...loops.map((loop) => loop.stop())]);
    redis.disconnect();
    await close();
  });
  logger.info("worker is running");
} catch (error) {
  process.stderr.write(`${error instanceof EnvError ? error.message : (error as Error).stack}\n`);
  process.exit(1);
}
