import { describe, expect, it } from "vitest";
import { formatBytes, formatDuration, formatMs, formatPrice, formatRelative, formatShare } from "./format";

const now = new Date("2026-11-20T12:00:00Z");
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1_000);

describe("format", () => {
  it.each([
    [3, "just now"],
    [42, "42 s ago"],
    [60, "1 min ago"],
    [3_599, "59 min ago"],
    [7_200, "2 h ago"],
    [3 * 86_400, "3 days ago"],
    [-120, "in 2 min"],
  ])("says %d seconds as %s", (seconds, text) => {
    expect(formatRelative(ago(seconds), now)).toBe(text);
  });

  it("gives milliseconds as many digits as matter", () => {
    expect([0.424, 12.34, 123.4, 1_234, 252_000].map(formatMs)).toEqual([
      "0.42 ms",
      "12.3 ms",
      "123 ms",
      "1.23 s",
      "4 min 12 s",
    ]);
  });

  it("shows an absent value as a dash, never as zero", () => {
    expect([formatMs(null), formatShare(undefined), formatBytes(null), formatDuration(null)]).toEqual([
      "–",
      "–",
      "–",
      "–",
    ]);
    expect(formatPrice(null, "EUR")).toBe("no price");
  });

  it("counts bytes in decimal units", () => {
    expect([999, 1_000, 153_984, 2_500_000].map(formatBytes)).toEqual([
      "999 B",
      "1.0 kB",
      "154 kB",
      "2.5 MB",
    ]);
  });
});
