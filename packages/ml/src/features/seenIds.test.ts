import { describe, expect, it } from "vitest";
import { SeenIds } from "./seenIds";

const HOUR_MS = 3_600_000;
const NOON = Date.UTC(2026, 2, 1, 12);
const idOf = (i: number) => `0192f0c1-0000-7000-8000-${i.toString(16).padStart(12, "0")}`;

function restore(ids: SeenIds): SeenIds {
  const restored = new SeenIds(HOUR_MS);
  for (const line of ids.toLines()) restored.restoreLine(line);
  return restored;
}

describe("SeenIds", () => {
  it("knows what was added, also after it was text, and nothing else", () => {
    let ids = new SeenIds(HOUR_MS);
    for (let i = 0; i < 500; i++) {
      ids.add(idOf(i), NOON + ((i * 7919) % 500) * 60_000);
      if (i % 100 === 0) ids = restore(ids);
    }
    expect(ids.size).toBe(500);
    for (let i = 0; i < 500; i++) expect(ids.has(idOf(i))).toBe(true);
    for (let i = 500; i < 5000; i++) expect(ids.has(idOf(i))).toBe(false);
  });

  it("finds no two of a million counted-up ids alike: the 60 bits are all of use", () => {
    const codes = new Set<string>();
    const ids = new SeenIds(HOUR_MS);
    for (let i = 0; i < 1_000_000; i++) ids.add(idOf(i), NOON);
    const [line] = [...ids.toLines()];
    const text = line!.split(" ")[1]!;
    const halves = [new Set<string>(), new Set<string>()];
    for (let i = 0; i < text.length; i += 10) {
      codes.add(text.slice(i, i + 10));
      halves[0]!.add(text.slice(i, i + 5));
      halves[1]!.add(text.slice(i + 5, i + 10));
    }
    expect(codes.size).toBe(1_000_000);
    // Thirty random bits repeat about n²/2³¹ = 466 times.
    for (const half of halves) expect(Math.abs(1_000_000 - half.size - 466)).toBeLessThan(100);
  });

  it("forgets what lies before a time, at most a quarter of the lateness later", () => {
    const ids = new SeenIds(HOUR_MS);
    for (let minute = 0; minute < 120; minute++) ids.add(idOf(minute), NOON + minute * 60_000);
    ids.forgetBefore(NOON + HOUR_MS + 60_000);
    expect(ids.size).toBe(60);
    expect(ids.has(idOf(59))).toBe(false);
    expect(ids.has(idOf(60))).toBe(true);
  });
});
