import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FeatureState, serializeFeatureState } from "@shortlist/ml";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Lake, openLake } from "../lake";
import { computeBatchStates, openBatchSource } from "./batchStates";
import { arbitraryCase } from "./equality.test-support";

const DAY_MS = 86_400_000;

let root: string;
let lake: Lake;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "batch-source-"));
  lake = await openLake(root);
});
afterAll(async () => {
  lake.close();
  await rm(root, { recursive: true });
});

const toTexts = (states: Iterable<[string, FeatureState]>) =>
  [...states].map(([key, state]) => `${key} ${serializeFeatureState(state)}`).sort();

test("the parts of a batch together are the batch: each row in one part, with the same state, whatever the number of parts", async () => {
  let n = 0;
  await fc.assert(
    fc.asyncProperty(arbitraryCase, fc.integer({ min: 1, max: 40 }), async (given, partitions) => {
      const workspace = `w${n++}`;
      await lake.writeInteractions(workspace, "b", given.deliveries);
      const lastMs = Math.max(...given.deliveries.map((event) => event.receivedAtMs));
      const when = { batchEndMs: Math.floor(lastMs / DAY_MS) * DAY_MS, knownByMs: lastMs };
      const whole = await computeBatchStates(lake, given.view, {
        events: lake.dedupedInteractions(workspace),
        ...when,
      });
      const scan = lake.scan(workspace, "events");
      const source = await openBatchSource(lake, given.view, {
        scan,
        ...when,
        partitions,
        rowsPerPartition: 1,
      });
      const parts: [string, FeatureState][] = [];
      for (let part = 0; part < partitions; part++) parts.push(...(await source.loadStates(part)));
      expect(toTexts(parts)).toEqual(toTexts(whole));
      expect(source.nRows).toBe(whole.size);
      await source.close();
    }),
    { numRuns: 40, seed: 20_261_120 },
  );
});
