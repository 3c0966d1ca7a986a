import type { SlateLogRecord } from "@shortlist/contracts";
import { beforeAll, describe, expect, it } from "vitest";
import { createDegrader } from "../degrade/degrader";
import { PressureMeter } from "../degrade/pressureMeter";
import { createRelatedFunnel, type RelatedRequest } from "../funnel/related";
import type { SlateRequest } from "../funnel/types";
import { NO_RULES } from "../rules/compileRules";
import {
  createFixedStore,
  type LoadedFixture,
  loadFixture,
  openFunnel,
  slateRequest,
} from "../testing/loadedFixture";
import { warmUp } from "./warmUp";

let base: LoadedFixture;
beforeAll(async () => {
  base = await loadFixture();
});

async function run(recent: readonly SlateLogRecord[], loaded = base.loaded) {
  const asked: (SlateRequest | RelatedRequest)[] = [];
  const store = createFixedStore();
  const funnel = openFunnel(loaded, store);
  const related = createRelatedFunnel({
    loaded,
    shoppers: store,
    degrader: createDegrader(loaded.surfaces),
    load: new PressureMeter(() => 0),
    guards: { sources: new Map(), rankers: new Map() },
    replicaId: "test",
    rules: { current: NO_RULES },
    now: () => performance.now(),
    logsFeatures: () => false,
  });
  await warmUp({
    workspace: "shop",
    loaded,
    funnel: {
      serveLastResort: () => {
        throw new Error("a warm-up has no last resort");
      },
      recommend: (request) => {
        asked.push(request);
        return funnel.recommend(request);
      },
    },
    related: {
      relate: (request) => {
        asked.push(request);
        return related.relate(request);
      },
    },
    recent,
    now: () => performance.now(),
  });
  return asked;
}

const recordOf = async (changes: Partial<SlateRequest>): Promise<SlateLogRecord> =>
  (await openFunnel(base.loaded).recommend(slateRequest(changes))).record;

describe("warming up", () => {
  it("asks what shoppers asked lately, leaving no trace, and fills up with synthetic requests", async () => {
    const home = await recordOf({
      sessionItems: ["item-5"],
      logContext: { region: "DE", sessionItems: ["item-5"] },
    });
    const related = {
      ...home,
      surface: "product_detail",
      context: { itemId: "item-8", related: "alternatives" },
    };
    const filtered = await recordOf({ filters: { priceMin: 1e9 } });
    const asked = await run([home, related, filtered]);
    expect(asked.length).toBeGreaterThanOrEqual(200);
    expect(asked.every((request) => request.isPreview === true)).toBe(true);
    expect(asked[0]).toMatchObject({
      surface: "home_feed",
      shoppers: ["shopper"],
      region: "DE",
      sessionItems: ["item-5"],
    });
    expect(asked[1]).toMatchObject({
      surface: "product_detail",
      kind: "alternatives",
      contextItemId: "item-8",
    });
    expect(asked[2]).toMatchObject({ filters: { priceMin: 1e9 } });
    expect(asked[3]!.requestId).toBe("warm-up-3");
  });

  it("without recent slates asks synthetic requests only", async () => {
    expect((await run([])).every(({ requestId }) => requestId.startsWith("warm-up-"))).toBe(true);
  });

  it("refuses a release that cannot fill a recent request's slate", async () => {
    const record = await recordOf({});
    const items = { ...base.loaded.items, flags: new Uint8Array(base.loaded.items.flags.length) };
    await expect(run([record], { ...base.loaded, items })).rejects.toThrow(/^warm_up_failed/);
  });
});
