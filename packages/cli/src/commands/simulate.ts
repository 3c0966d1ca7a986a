import { createShop } from "@shortlist/ml/simulation";
import { type Command, Option } from "commander";
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
  url: string;
  key?: string;
}

export function registerSimulate(program: Command): void {
  const command: Command = program
    .command("simulate")
    .description("send simulated shoppers with known tastes to a running serving API")
    .option("--rps <n>", "recommendation requests per second", parsePositive, 20)
    .option(
      "--duration <time>",
      "stop after this long, for example 60s or 5m (default: until interrupted)",
      parseDuration,
    )
    .addOption(
      new Option("--url <url>", "serving API").env("SHORTLIST_SERVING_URL").default("http://127.0.0.1:4200"),
    )
    .addOption(new Option("--key <key>", "API key").env("SHORTLIST_API_KEY"));
  addShopFlags(command).action(async (flags: SimulateFlags) => {
    if (flags.key === undefined) command.error("Give an API key with --key or SHORTLIST_API_KEY.");
    const stop = new AbortController();
    const onInterrupt = () => stop.abort();
    process.once("SIGINT", onInterrupt);
    process.once("SIGTERM", onInterrupt);
    console.log(`${flags.rps} requests a second to ${flags.url}; Ctrl+C stops.`);
    const stats = await runLiveShoppers({
      baseUrl: flags.url,
      apiKey: flags.key,
      rps: flags.rps,
      ...(flags.duration === undefined ? {} : { durationSeconds: flags.duration }),
      shop: createShop(toShopOptions(flags)),
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
