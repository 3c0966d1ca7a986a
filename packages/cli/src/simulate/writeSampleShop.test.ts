import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { CatalogItem } from "@shortlist/contracts";
import { createShop, generateLogs } from "@shortlist/ml/simulation";
import { afterAll, describe, expect, it } from "vitest";
import { writeSampleShop } from "./writeSampleShop";

const dir = await mkdtemp(join(tmpdir(), "sample-shop-"));
afterAll(() => rm(dir, { recursive: true }));
const shop = createShop({ seed: 3, nItems: 200, nShoppers: 80, days: 14, endMs: Date.UTC(2026, 2, 1) });

describe("writeSampleShop", () => {
  it("writes exactly the generated shop, and counts it", async () => {
    const files: string[] = [];
    const summary = await writeSampleShop(shop, join(dir, "new"), {
      onProgress: ({ file }) => files.push(file),
    });
    const read = (name: string) => readFile(join(dir, "new", name));
    const lines = (text: string) =>
      text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));

    const events = lines(gunzipSync(await read("events.jsonl.gz")).toString());
    expect(events).toEqual(JSON.parse(JSON.stringify([...generateLogs(shop)])));
    expect(summary.rows).toBe(events.length);
    expect(JSON.parse((await read("mess.json")).toString()).rows).toBe(events.length);
    expect(lines(gunzipSync(await read("slates.jsonl.gz")).toString())).toHaveLength(summary.slates);

    const catalog = lines((await read("catalog.jsonl")).toString());
    expect(catalog).toHaveLength(200);
    for (const item of catalog) expect(CatalogItem.safeParse(item).success).toBe(true);
    const shoppers = JSON.parse((await read("shoppers.json")).toString());
    expect(shoppers[0]).toMatchObject({
      userId: "u00001",
      name: expect.any(String),
      taste: expect.any(String),
    });
    expect(new Set(files)).toEqual(new Set(["catalog.jsonl", "shoppers.json", "events.jsonl.gz"]));
  });

  it("fails when the folder cannot be written", async () => {
    await expect(writeSampleShop(shop, "/dev/null/nowhere")).rejects.toThrow();
  });
});
