import type { Random } from "../random/random";
import type { HistoryWorld } from "./browse";
import { DAY_MS } from "./catalogue";
import { type PendingRow, toIso, uuidV7 } from "./mess";

const BURSTS_PER_BOT = 4;
/** About 1 % of the rows come from bots. */
const BOT_ROWS_PER_SHOPPER = 0.8;

/**
 * Crawlers that open product pages at 60–120 a minute, in a few bursts each, without ever signing in.
 * Their device ids look like anybody's: only their pace gives them away.
 */
export function createBotRows({ shop }: HistoryWorld, random: Random): PendingRow[] {
  const { nShoppers, days } = shop.options;
  const nBots = Math.max(1, Math.round(nShoppers / 1_500));
  const burstRows = Math.max(60, Math.round((nShoppers * BOT_ROWS_PER_SHOPPER) / (nBots * BURSTS_PER_BOT)));
  const rows: PendingRow[] = [];
  for (let bot = 0; bot < nBots; bot++) {
    const deviceId = `web-${String(nShoppers + 1 + bot).padStart(5, "0")}${random.int(0x10000).toString(16).padStart(4, "0")}`;
    for (let burst = 0; burst < BURSTS_PER_BOT; burst++) {
      // Bursts end well before the logs do, so that none is cut.
      let atMs = Math.floor(shop.startMs + random.next() * (days * DAY_MS - DAY_MS / 4));
      const gapMs = 500 + random.int(500);
      const sessionId = `s-${uuidV7(atMs, random).slice(-17)}`;
      for (let i = 0; i < burstRows; i++) {
        atMs += gapMs;
        const item = shop.items[random.int(shop.items.length)]!;
        if (item.createdAtMs > atMs) continue;
        const receivedMs = atMs + 80;
        rows.push({
          receivedMs,
          row: {
            event_id: uuidV7(atMs, random),
            ts: toIso(atMs),
            received_at: toIso(receivedMs),
            device_id: deviceId,
            platform: "web",
            app_version: "web-2026.3",
            session_id: sessionId,
            locale: "en-IE",
            region: "IE",
            type: "view",
            sku: item.itemId,
            surface: "category",
          },
          count: (ledger) => {
            ledger.botRows++;
            if (!ledger.botDeviceIds.includes(deviceId)) ledger.botDeviceIds.push(deviceId);
          },
        });
      }
    }
  }
  return rows;
}
