import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createShop } from "@shortlist/ml/simulation";
import type { Command } from "commander";
import { createApiClient, ensureWorkspace } from "../apiClient";
import { loadCliEnv } from "../env";
import { addShopFlags, type ShopFlags, toShopOptions } from "../simulate/shopOptions";
import { writeSampleShop } from "../simulate/writeSampleShop";

export function registerSampleShop(program: Command): void {
  const sampleShop = program.command("sample-shop").description("the simulated shop with known true tastes");
  const write = sampleShop
    .command("write")
    .description("write its catalogue, messy logs, slates and shoppers to a folder")
    .argument("<dir>", "folder, created when missing");
  addShopFlags(write).action(async (dir: string, flags: ShopFlags) => {
    const startedMs = Date.now();
    const summary = await writeSampleShop(createShop(toShopOptions(flags)), dir, {
      onProgress: ({ file, rows }) => {
        if (process.stdout.isTTY) process.stdout.write(`\r${file}: ${rows.toLocaleString("en")} rows   `);
      },
    });
    if (process.stdout.isTTY) process.stdout.write("\n");
    const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
    console.log(
      `${dir}: ${summary.items} items, ${summary.shoppers} shoppers, ${summary.rows} log rows, ${summary.slates} slates in ${seconds} s`,
    );
  });

  sampleShop
    .command("name-shoppers")
    .description("tell a workspace the names of its simulated shoppers, for the playground")
    .argument("<dir>", "folder that sample-shop write filled")
    .requiredOption("--workspace <slug>", "workspace, created when new")
    .action(async (dir: string, flags: { workspace: string }) => {
      const shoppers = JSON.parse(await readFile(join(dir, "shoppers.json"), "utf8")) as NamedShopper[];
      const api = createApiClient(loadCliEnv());
      await ensureWorkspace(api, flags.workspace);
      await api.put(`/v1/workspaces/${flags.workspace}/sample-shoppers`, {
        shoppers: shoppers
          .slice(0, NAMED_SHOPPERS_MAX)
          .map(({ userId, name, taste, region }) => ({ userId, name, taste, region })),
      });
    });
}

/** Enough to choose from in the playground. */
const NAMED_SHOPPERS_MAX = 200;

interface NamedShopper {
  userId: string;
  name: string;
  taste: string;
  region: string;
}
