import { DEFAULT_SHOP } from "@shortlist/ml/simulation";
import { type Command, InvalidArgumentError, Option } from "commander";

/** The options that say which sample shop is meant; the same ones must be given to write it and to visit it. */
export interface ShopFlags {
  seed: number;
  items: number;
  shoppers: number;
  days: number;
  end: number;
}

// A fixed end makes `sample-shop write` and `simulate` agree on one shop without further flags.
const DEFAULT_END = "2026-09-01";

export function addShopFlags(command: Command): Command {
  return command
    .option("--seed <n>", "seed of the shop", parseInteger, DEFAULT_SHOP.seed)
    .option("--items <n>", "items in the catalogue", parseCount, DEFAULT_SHOP.nItems)
    .option("--shoppers <n>", "shoppers", parseCount, DEFAULT_SHOP.nShoppers)
    .option("--days <n>", "days of history", parseCount, DEFAULT_SHOP.days)
    .addOption(
      new Option("--end <date>", "end of the history")
        .argParser(parseDate)
        .default(Date.parse(DEFAULT_END), DEFAULT_END),
    );
}

export function toShopOptions({ seed, items, shoppers, days, end }: ShopFlags) {
  return { seed, nItems: items, nShoppers: shoppers, days, endMs: end };
}

function parseInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError("Give a whole number.");
  return value;
}

function parseCount(text: string): number {
  const value = parseInteger(text);
  if (value < 1) throw new InvalidArgumentError("Give a whole number of at least 1.");
  return value;
}

export function parsePositive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError("Give a number above 0.");
  return value;
}

function parseDate(text: string): number {
  const value = Date.parse(text);
  if (Number.isNaN(value)) throw new InvalidArgumentError("Give a date such as 2026-09-01.");
  return value;
}

const UNIT_SECONDS: Record<string, number> = { "": 1, s: 1, m: 60, h: 3600 };

/** "90", "90s", "5m" or "1h" in seconds. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(text);
  if (match === null) throw new InvalidArgumentError("Give a duration such as 60s, 5m or 1h.");
  return Number(match[1]) * UNIT_SECONDS[match[2]!]!;
}
