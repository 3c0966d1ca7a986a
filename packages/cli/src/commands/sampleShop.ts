import { createShop } from "@shortlist/ml/simulation";
import type { Command } from "commander";
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
}
