import { randomUUID } from "node:crypto";
import { AxeBuilder } from "@axe-core/playwright";
import type { APIRequestContext, Page } from "@playwright/test";
import { expect, setting, signInByApi, test, WORKSPACE } from "../support/test";

/** Journeys can run again on a shop that keeps what an earlier run made. */
const RUN = Date.now().toString(36);
const APP = `ios-${RUN}`;

/** A draft that counts the clicks of the broken app, by shopper. */
const CLICKS_OF_APP = {
  name: "clicks_of_app",
  owner: "journeys",
  entity: "shopper",
  source: { types: ["click"], where: { field: "context.appVersion", op: "eq", value: APP } },
  fields: { "context.appVersion": { type: "text", pii: "none" } },
  mode: "both",
  freshnessObjectiveSeconds: 10,
  features: [{ name: "clicks", op: "count", windows: ["7d"] }],
};

async function sendTaps(request: APIRequestContext, n: number) {
  const events = Array.from({ length: n }, (_, i) => ({
    eventId: randomUUID(),
    type: "tap",
    itemId: `sku-${i}`,
    userId: `tapper-${RUN}-${i}`,
    occurredAt: new Date().toISOString(),
    context: { appVersion: APP, note: i === 0 ? "write to jane@shop.example" : "none" },
  }));
  const answer = await request.post(`${setting("E2E_SERVING_URL")}/v1/events`, {
    data: { events },
    headers: { authorization: `Bearer ${setting("E2E_API_KEY")}` },
  });
  expect(answer.status()).toBe(200);
  return (await answer.json()) as { accepted: number; rejected: unknown[]; durable: string };
}

test.describe("quality", () => {
  test("events of a broken app are kept, mended, released, and counted in the archive", async ({
    admin: page,
  }) => {
    test.setTimeout(180_000);
    const answer = await sendTaps(page.request, 12);
    expect(answer).toMatchObject({ accepted: 0, durable: "log" });
    expect(answer.rejected).toHaveLength(12);

    // The group is there once the worker has archived what was set aside.
    const row = page.getByRole("row").filter({ hasText: APP });
    await expect(async () => {
      await page.goto(`${WORKSPACE}/quality`);
      await expect(row.first()).toBeVisible({ timeout: 2_000 });
    }).toPass({ timeout: 30_000 });
    await row.first().getByRole("link").click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Set aside: unknown type");
    await expect(page.getByText("[e-mail address]").first()).toBeVisible();
    await expect(page.getByText(`tapper-${RUN}`)).toHaveCount(0);

    await page.getByRole("button", { name: "Map values of a field" }).click();
    await expect(page.getByText("0 of 12 rows would pass")).toBeVisible();
    await page.getByLabel("becomes").fill("click");
    await expect(page.getByText("11 of 12 rows would pass")).toBeVisible();
    await expect(page.getByRole("row", { name: /personal data 1/ })).toBeVisible();
    await page.getByLabel("Add a step").selectOption("drop");
    await page.getByLabel("Field").last().fill("context.note");
    await expect(page.getByText("12 of 12 rows would pass")).toBeVisible();
    // The steps are in the address: the page can be sent to somebody.
    await expect(page).toHaveURL(/context\.note/);
    await page.reload();
    await expect(page.getByText("12 of 12 rows would pass")).toBeVisible();

    await page.getByRole("button", { name: "Release …" }).click();
    const dialog = page.getByRole("dialog", { name: "Release 12 rows?" });
    await expect(dialog).toContainText("12 items and 12 shoppers");
    await dialog.getByLabel("Why").fill("the app calls clicks taps");
    await dialog.getByRole("button", { name: "Release" }).click();

    await expect(page).toHaveURL(/\/quality\/repairs\//);
    await expect(page.getByText("12 of 12 rows were released. None is left.")).toBeVisible({
      timeout: 60_000,
    });
    await expect(page.getByText("type: tap becomes click")).toBeVisible();
    await expect(page.getByText("click 12")).toBeVisible();

    await expect(page.getByRole("rowheader", { name: /^shopper_activity@/ })).toBeVisible();

    // Counted by the stream for the shopper, and read from the archive by whoever looks there.
    const clicks = async () => {
      const read = await page.request.post(`${setting("E2E_SERVING_URL")}/v1/features/read`, {
        data: { view: "shopper_activity", rows: [{ userId: `tapper-${RUN}-3` }] },
        headers: { authorization: `Bearer ${setting("E2E_API_KEY")}` },
      });
      const { rows } = (await read.json()) as { rows: { values: { clicks_1d: number } }[] };
      return rows[0]?.values.clicks_1d;
    };
    await expect.poll(clicks, { timeout: 30_000 }).toBe(1);
    const archived = async () => {
      const preview = await page.request.post("/api/trpc/featureViews.preview", {
        data: { json: { workspace: "sample", definition: CLICKS_OF_APP } },
        headers: { origin: setting("E2E_WEB_URL") },
      });
      const { result } = (await preview.json()) as {
        result?: { data: { json: { data?: { nRows: number } } } };
      };
      return result?.data.json.data?.nRows;
    };
    await expect.poll(archived, { timeout: 30_000 }).toBe(12);

    await page.goto(`${WORKSPACE}/quality`);
    const cells = page.getByRole("row").filter({ hasText: APP });
    await expect(cells.first().getByText("done")).toBeVisible();
    // Released rows are in the group's count, and the group has no open row left.
    await expect(cells.first().getByRole("cell").nth(4)).toHaveText("0");
    await expect(cells.first().getByRole("cell").nth(6)).toHaveText("12");
  });

  test("days are judged after the import, by keyboard too, and a cell says what it found", async ({
    admin: page,
  }) => {
    test.setTimeout(180_000);
    await expect(async () => {
      await page.goto(`${WORKSPACE}/quality`);
      await expect(page.getByRole("table", { name: /Daily checks/ })).toBeVisible({ timeout: 2_000 });
    }).toPass({ timeout: 120_000 });
    const grid = page.getByRole("table", { name: /Daily checks/ });
    await expect(grid.getByRole("row")).toHaveCount(12);
    await expect(grid.getByRole("button", { name: /^Volume, .*: pass$/ }).first()).toBeVisible();
    await grid.locator("button[tabindex='0']").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/day=\d{4}-\d{2}-\d{2}&check=volume_by_type/);
    await expect(page.getByRole("heading", { name: /^Volume by type, / })).toBeVisible();
    await expect(page.getByRole("term").filter({ hasText: "Expected" })).toBeVisible();
    await expect(page.getByRole("term").filter({ hasText: /^n$/ })).toBeVisible();
  });

  for (const theme of ["light", "dark"] as const)
    for (const width of [1280, 390])
      test(`grid, group and repair are clean of axe's findings, ${theme}, ${width} px`, async ({
        browser,
      }) => {
        test.setTimeout(120_000);
        const context = await browser.newContext({
          baseURL: setting("E2E_WEB_URL"),
          colorScheme: theme,
          viewport: { width, height: 844 },
        });
        const page = await context.newPage();
        await signInByApi(page, setting("E2E_EMAIL"), setting("E2E_PASSWORD"));
        await page.goto(`${WORKSPACE}/quality`);
        await page
          .getByRole("button", { name: /^Set aside, / })
          .last()
          .click();
        await check(page, "the grid with a cell chosen");
        // Rows of the import wait; those of the journey before are released.
        const group = await page
          .locator('a[href*="/quality/group"][href*="origin=import"]')
          .first()
          .getAttribute("href");
        const repair = await page.locator('a[href*="/quality/repairs/"]').first().getAttribute("href");
        await page.goto(`${group}&steps=${encodeURIComponent(JSON.stringify(STEPS))}`);
        await expect(page.getByRole("heading", { name: "4. Drop a field" })).toBeVisible();
        await check(page, "a group with steps");
        await page.goto(repair!);
        await check(page, "a repair");
        await context.close();
      });
});

/** One of each kind that asks for something. */
const STEPS = [
  { op: "map", field: "type", values: { tap: "click" } },
  { op: "default", field: "itemId", value: "sku-1" },
  { op: "rekey_item", stripPrefix: "de:", addPrefix: "" },
  { op: "drop", field: "context.note" },
];

async function check(page: Page, what: string): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByRole("status", { name: "Loading" })).toHaveCount(0);
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  const found = violations.map(
    ({ id, nodes }) => `${what}: ${id} at ${nodes.map(({ target }) => target.join(" ")).join(", ")}`,
  );
  expect.soft(found).toEqual([]);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect.soft(overflow, `${what} fits the window`).toBeLessThanOrEqual(0);
}
