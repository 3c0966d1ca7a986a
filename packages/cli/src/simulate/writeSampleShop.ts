import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { createMessLedger, generateLogs, type MessLedger, type Shop } from "@shortlist/ml/simulation";

export interface SampleShopProgress {
  file: string;
  rows: number;
}

export interface WriteSampleShopOptions {
  onProgress?: (progress: SampleShopProgress) => void;
}

export interface SampleShopSummary {
  items: number;
  shoppers: number;
  rows: number;
  slates: number;
  ledger: MessLedger;
}

// Lines are gathered into blocks of this size: one write per line would spend more on streams than on gzip.
const BLOCK_CHARS = 64 * 1024;
const PROGRESS_EVERY_ROWS = 20_000;

/**
 * Writes the shop as files that the importer reads: `catalog.jsonl`, `events.jsonl.gz` (the messy log),
 * `slates.jsonl.gz` (what was shown), `shoppers.json` (names, tastes, ids) and `mess.json` (the faults to find).
 * Memory stays bounded: rows are generated as fast as the disk takes them.
 */
export async function writeSampleShop(
  shop: Shop,
  dir: string,
  { onProgress = () => {} }: WriteSampleShopOptions = {},
): Promise<SampleShopSummary> {
  await mkdir(dir, { recursive: true });

  const catalog = createLineFile(join(dir, "catalog.jsonl"));
  for (const { createdAtMs, ...item } of shop.items) {
    await catalog.add({ ...item, createdAt: new Date(createdAtMs).toISOString() });
  }
  await catalog.close();
  onProgress({ file: "catalog.jsonl", rows: shop.items.length });

  const shoppers = shop.shoppers.map(({ userId, mobileUserId, name, taste, deviceIds, locale, region }) => ({
    userId,
    ...(mobileUserId === undefined ? {} : { mobileUserId }),
    name,
    taste,
    deviceIds,
    locale,
    region,
  }));
  await writeFile(join(dir, "shoppers.json"), `${JSON.stringify(shoppers, null, 1)}\n`);
  onProgress({ file: "shoppers.json", rows: shoppers.length });

  const ledger = createMessLedger();
  const slates = createLineFile(join(dir, "slates.jsonl.gz"));
  const events = createLineFile(join(dir, "events.jsonl.gz"));
  let shown: unknown[] = [];
  let slateCount = 0;
  for (const row of generateLogs(shop, ledger, (slate) => shown.push(slate))) {
    await events.add(row);
    for (const slate of shown) await slates.add(slate);
    slateCount += shown.length;
    shown = [];
    if (ledger.rows % PROGRESS_EVERY_ROWS === 0) onProgress({ file: "events.jsonl.gz", rows: ledger.rows });
  }
  await events.close();
  await slates.close();
  await writeFile(join(dir, "shop.json"), `${JSON.stringify(shop.options, null, 2)}\n`);
  await writeFile(join(dir, "mess.json"), `${JSON.stringify(ledger, null, 2)}\n`);
  onProgress({ file: "events.jsonl.gz", rows: ledger.rows });
  return {
    items: shop.items.length,
    shoppers: shoppers.length,
    rows: ledger.rows,
    slates: slateCount,
    ledger,
  };
}

interface LineFile {
  add(value: unknown): Promise<void> | undefined;
  close(): Promise<void>;
}

/** A JSONL file, gzipped when its name says so, that makes its writer wait when the disk is behind. */
function createLineFile(path: string): LineFile {
  const file = createWriteStream(path);
  const gzip = path.endsWith(".gz") ? createGzip({ level: 6 }) : null;
  gzip?.pipe(file);
  const target: Writable = gzip ?? file;
  const done = finished(file);
  // Failures surface where the writer waits; this only keeps Node from calling them unhandled before that.
  done.catch(() => {});
  gzip?.on("error", (error) => file.destroy(error));
  let block = "";

  const flush = async (): Promise<void> => {
    const text = block;
    block = "";
    if (!target.write(text)) await Promise.race([once(target, "drain"), done]);
  };
  return {
    add(value) {
      block += `${JSON.stringify(value)}\n`;
      return block.length >= BLOCK_CHARS ? flush() : undefined;
    },
    async close() {
      if (block !== "") await flush();
      target.end();
      await done;
    },
  };
}
