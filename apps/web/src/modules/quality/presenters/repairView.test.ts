import { expect, it } from "vitest";
import { repairVerdict } from "./repairView";

type Repair = Parameters<typeof repairVerdict>[0];
const repair = (o: object) => ({ receipt: null, checkpoint: null, job: null, ...o }) as unknown as Repair;
const receipt = { rows: 10, released: 8 };

it.each([
  [{ receipt }, "8 of 10 rows were released. 2 are still refused."],
  [{ receipt: { rows: 8, released: 8 } }, "8 of 8 rows were released. None is left."],
  [{ job: { state: "queued" } }, "Waiting for a worker."],
  [{ job: { state: "running" }, checkpoint: { released: 1_000 } }, "1,000 rows are released so far."],
  [{ job: { state: "failed" } }, "Stopped after 0 released rows. A retry goes on from there."],
  [
    { job: { state: "cancelled" }, checkpoint: { released: 5 } },
    "Cancelled after 5 released rows. What was released stays; a retry goes on from there.",
  ],
])("%j", (o, sentence) => expect(repairVerdict(repair(o))).toBe(sentence));
