import { build } from "esbuild";
import { expect, setting, test } from "../support/test";

declare global {
  interface Window {
    shortlist: import("@shortlist/sdk").Shortlist;
  }
}

/** The client as a shop would load it: one script. */
async function bundleClient(): Promise<string> {
  const built = await build({
    entryPoints: [new URL("../../packages/sdk/src/index.ts", import.meta.url).pathname],
    bundle: true,
    minify: true,
    format: "iife",
    globalName: "Shortlist",
    write: false,
  });
  return built.outputFiles[0]!.text;
}

test("a storefront shows a slate, its clicks arrive, and an outage costs neither slate nor click", async ({
  browser,
}) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  // Any page of another origin than the API's.
  await page.goto(`${setting("E2E_WEB_URL")}/login`);
  await page.addScriptTag({ content: await bundleClient() });
  const options = { url: setting("E2E_SERVING_URL"), key: setting("E2E_API_KEY"), timeoutMs: 5_000 };
  const first = await page.evaluate(async (given) => {
    const { createShortlist } = (globalThis as unknown as { Shortlist: typeof import("@shortlist/sdk") })
      .Shortlist;
    window.shortlist = createShortlist({ ...given, fallbackItems: ["a", "b"] });
    const slate = await window.shortlist.recommend({ surface: "home_feed", n: 6 });
    window.shortlist.trackItem(slate, slate.items[1]!.itemId, { type: "click" });
    await window.shortlist.flush();
    return { slate, pending: window.shortlist.pendingEvents };
  }, options);
  expect(first.slate).toMatchObject({ origin: "server", problem: null });
  expect(first.slate.items).toHaveLength(6);
  expect(first.pending).toBe(0);

  await context.setOffline(true);
  const offline = await page.evaluate(async () => {
    const slate = await window.shortlist.recommend({ surface: "home_feed", n: 6 });
    window.shortlist.trackItem(slate, slate.items[0]!.itemId, { type: "view" });
    await window.shortlist.flush();
    return { slate, pending: window.shortlist.pendingEvents };
  });
  expect(offline.slate).toMatchObject({ origin: "last_slate", metadata: null });
  expect(offline.slate.items.map(({ itemId }) => itemId)).toEqual(
    first.slate.items.map(({ itemId }) => itemId),
  );
  expect(offline.pending).toBe(1);

  await context.setOffline(false);
  await expect.poll(() => page.evaluate(() => window.shortlist.pendingEvents)).toBe(0);
  await context.close();
});
