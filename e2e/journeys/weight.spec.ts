import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "@playwright/test";

/** What a page may load before its charts, compressed: 200 KiB. What answers a click is never left out to get there. */
const BYTES_MAX = 200 * 1024;
const web = join(import.meta.dirname, "../../apps/web");

interface RouteStats {
  readonly route: string;
  /** From the folder of the console. */
  readonly firstLoadChunkPaths: readonly string[];
}

test("no page loads more than 200 kB of JavaScript before its charts", () => {
  const path = join(web, ".next/diagnostics/route-bundle-stats.json");
  const routes = JSON.parse(readFileSync(path, "utf8")) as RouteStats[];
  expect(routes.length, "every page of the console is measured").toBeGreaterThan(30);
  const sizes = new Map<string, number>();
  const sizeOf = (chunk: string) => {
    const known = sizes.get(chunk) ?? gzipSync(readFileSync(join(web, chunk))).length;
    sizes.set(chunk, known);
    return known;
  };
  const heavy = routes
    .map(({ route, firstLoadChunkPaths }) => ({
      route,
      bytes: firstLoadChunkPaths.reduce((sum, chunk) => sum + sizeOf(chunk), 0),
    }))
    .filter(({ bytes }) => bytes > BYTES_MAX);
  expect(heavy).toEqual([]);
});
