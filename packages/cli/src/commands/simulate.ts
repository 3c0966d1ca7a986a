import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createShop, type ShopOptions } from "@shortlist/ml/simulation";
import { type Command, Option } from "commander";
import { findDataFile, loadCliEnv, servingKey } from "../env";
import { runLiveShoppers } from "../simulate/liveShoppers";
import {
  addShopFlags,
  parseDuration,
  parsePositive,
  type ShopFlags,
  toShopOptions,
} from "../simulate/shopOptions";
import { formatStats } from "../simulate/stats";

interface SimulateFlags extends ShopFlags {
  rps: number;
  duration?: number;
  url?: string;
  key?: string;
  workspace: string;
  shop?: string;
}

export function registerSimulate(program: Command): void {
  const command = program
    .command("simulate")
    .description("send simulated shoppers with known tastes to a running serving API")
    .option("--rps <n>", "recommendation requests per second", parsePositive, 20)
    .option(
      "--duration <time>",
      "stop after this long, for example 60s or 5m (default: until interrupted)",
      parseDuration,
    )
    .option("--workspace <slug>", "workspace the shoppers visit", "sample")
    .option(
      "--shop <dir>",
      "folder of sample-shop write, whose shop is visited (default: that of npm run up)",
    )
    .addOption(
      new Option("--url <url>", "serving API (default: that of npm run up)").env("SHORTLIST_SERVING_URL"),
    )
    .addOption(new Option("--key <key>", "API key (default: the product's own)").env("SHORTLIST_API_KEY"));
  addShopFlags(command).action(async (flags: SimulateFlags) => {
    const target = findTarget(flags);
    const stop = new AbortController();
    const onInterrupt = () => stop.abort();
    process.once("SIGINT", onInterrupt);
    process.once("SIGTERM", onInterrupt);
    console.log(`${flags.rps} requests a second to ${target.baseUrl}; Ctrl+C stops.`);
    const stats = await runLiveShoppers({
      ...target,
      rps: flags.rps,
      ...(flags.duration === undefined ? {} : { durationSeconds: flags.duration }),
      shop: createShop(await findShop(flags)),
      now: Date.now,
      signal: stop.signal,
      onStats: (current) => console.log(formatStats(current)),
    });
    process.off("SIGINT", onInterrupt);
    process.off("SIGTERM", onInterrupt);
    if (stats.lastError !== null) console.error(`Last error: ${stats.lastError}`);
    if (stats.requests > 0 && stats.shown === 0) process.exitCode = 1;
  });
}

/** Where to send shoppers and with which key: what was given, else the running product of this clone. */
function findTarget(flags: SimulateFlags): { baseUrl: string; apiKey: string } {
  if (flags.url !== undefined && flags.key !== undefined) return { baseUrl: flags.url, apiKey: flags.key };
  const env = loadCliEnv();
  return { baseUrl: flags.url ?? env.SERVING_URL, apiKey: flags.key ?? servingKey(env, flags.workspace) };
}

/** The very shop that was written, so that live shoppers know the items and tastes of the served catalogue. */
async function findShop(flags: SimulateFlags): Promise<ShopOptions> {
  const path =
    flags.shop === undefined ? findDataFile("sample-shop", "shop.json") : join(flags.shop, "shop.json");
  return path === null ? toShopOptions(flags) : (JSON.parse(await readFile(path, "utf8")) as ShopOptions);
}
