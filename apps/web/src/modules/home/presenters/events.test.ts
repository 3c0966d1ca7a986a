import { expect, it } from "vitest";
import { stripEvents } from "./events";

type Jobs = NonNullable<Parameters<typeof stripEvents>[1]>;
const job = (name: string, state: string, minute: number) =>
  ({
    id: `${name}-${minute}`,
    name,
    state,
    createdAt: new Date(Date.UTC(2026, 10, 20, 10, minute)),
    startedAt: null,
    endedAt: null,
    createdBy: "ann",
  }) as unknown as Jobs[number];

it("names every job by what it is, newest first; checks that went well are no news", () => {
  const jobs = [
    job("training.run", "succeeded", 1),
    job("quality.replay", "failed", 2),
    job("quality.check", "succeeded", 3),
    job("quality.check", "failed", 4),
    job("features.backfill", "running", 5),
  ];
  expect(stripEvents(undefined, jobs).map(({ text }) => text)).toEqual([
    "Backfill running",
    "Checks failed",
    "Repair failed",
    "Training succeeded",
  ]);
});
