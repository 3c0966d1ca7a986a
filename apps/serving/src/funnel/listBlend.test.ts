import { describe, expect, it } from "vitest";
import { blendWithActivity } from "./listBlend";

/** Items 0–9 point along the first axis, 10–19 along the second. */
const content = {
  dims: 2,
  vectors: Float32Array.from({ length: 40 }, (_, i) => Number((i >> 1 < 10 ? 0 : 1) === i % 2)),
};
const neighborsOf = (pairs: Record<number, [number, number][]>) => {
  const offsets = [0];
  const items: number[] = [];
  const scores: number[] = [];
  for (let item = 0; item < 20; item++) {
    for (const [other, score] of pairs[item] ?? []) {
      items.push(other);
      scores.push(score);
    }
    offsets.push(items.length);
  }
  return {
    nItems: 20,
    offsets: Int32Array.from(offsets),
    items: Int32Array.from(items),
    scores: Float32Array.from(scores),
  };
};
const rows = Int32Array.of(1, 2, 11, 12);
const score = (
  activity: number[],
  likeness: Partial<Parameters<typeof blendWithActivity>[1]["likeness"]>,
) => {
  const scores = new Float32Array(rows.length);
  blendWithActivity(rows, {
    activity: { items: Int32Array.from(activity), count: activity.length },
    likeness: { content: null, neighbors: null, ...likeness },
    scores,
  });
  return [...scores].map((value) => Math.round(value * 1e5) / 1e5);
};
const round = (...values: number[]) => values.map((value) => Math.round(value * 1e5) / 1e5);

describe("a precomputed list and what the shopper does now", () => {
  it("stays as it is while they do nothing, and when nothing tells items apart", () => {
    const asListed = round(1 / 10, 1 / 11, 1 / 12, 1 / 13);
    expect(score([], { content })).toEqual(asListed);
    expect(score([15], {})).toEqual(asListed);
  });

  it("by the formula: rank in the list, and rank by likeness among what is alike at all", () => {
    const half = 1 / 2;
    expect(score([15], { content })).toEqual(round(1 / 10, 1 / 11, 1 / 12 + half / 10, 1 / 13 + half / 11));
  });

  it("co-visits count beside content", () => {
    const neighbors = neighborsOf({ 15: [[12, 0.4]] });
    const [, , eleven, twelve] = score([15], { content, neighbors });
    expect(twelve! - 1 / 13).toBeGreaterThan(eleven! - 1 / 12);
    expect(score([15], { neighbors })).toEqual(round(1 / 10, 1 / 11, 1 / 12, 1 / 13 + 1 / 2 / 10));
  });

  it("three things done weigh three quarters, and the latest tells most", () => {
    const [one, , eleven] = score([15, 16, 3], { content });
    expect(eleven).toBeCloseTo(1 / 12 + 0.75 / 10, 5);
    expect(one).toBeCloseTo(1 / 10 + 0.75 / 12, 5);
  });

  it("an item that came after the release has no neighbours and breaks nothing", () => {
    const neighbors = neighborsOf({ 15: [[12, 0.4]] });
    const scores = new Float32Array(4);
    blendWithActivity(rows, {
      activity: { items: Int32Array.of(25), count: 1 },
      likeness: { content: null, neighbors },
      scores,
    });
    expect(scores[0]).toBeCloseTo(0.1, 6);
  });
});
