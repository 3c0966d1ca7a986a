import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, setting, signInByApi, test, WORKSPACE } from "../support/test";

const CLI = fileURLToPath(new URL("../../packages/cli/bin/shortlist.mjs", import.meta.url));
const shortlist = async (...args: string[]) =>
  (await promisify(execFile)(process.execPath, [CLI, ...args, "--workspace", "sample"])).stdout;

/** The nightly schedule makes a view's first batch by itself, within a minute of its publication. */
async function waitForFirstBatch(page: Page, name: string): Promise<void> {
  await page.goto(`${WORKSPACE}/features/${name}`);
  await expect(page.getByText(/Readers use a batch until/)).toBeVisible({ timeout: 90_000 });
}

test.describe("feature views", () => {
  test("are listed with mode, freshness against objective, rows and consumers, and each says what it is", async ({
    admin: page,
  }) => {
    test.setTimeout(150_000);
    await waitForFirstBatch(page, "shopper_activity");
    await page.goto(`${WORKSPACE}/features`);
    const table = page.getByRole("group", { name: "Feature views" });
    for (const name of ["shopper_activity", "item_engagement", "session_activity"])
      await expect(table.getByRole("link", { name, exact: true })).toBeVisible();
    await table.getByRole("link", { name: "shopper_activity", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("shopper_activity");
    await expect(
      page.getByText(/^One row per shopper, from view, click, add_to_cart and purchase/),
    ).toBeVisible();
    await expect(page.getByText(/events in the last 30 days; values of/)).toBeVisible({ timeout: 20_000 });
    await expect(page.getByRole("img", { name: /^Rows by clicks_7d in events, n \d+/ })).toBeVisible();
    await expect(page.getByRole("group", { name: "the compiled SQL" })).toContainText("view_events");
    await expect(page.getByRole("group", { name: "the definition as YAML" })).toContainText(
      "name: shopper_activity",
    );
  });

  test("are published as a new version after a preview on real rows, with what changes", async ({
    admin: page,
  }) => {
    await page.goto(`${WORKSPACE}/features/session_activity`);
    await page.getByRole("button", { name: "New version" }).click();
    await expect(page.getByText(/the same as version \d/)).toBeVisible({ timeout: 20_000 });
    await expect(page.getByRole("button", { name: "Publish …" })).toBeDisabled();
    await page.getByRole("button", { name: "Add a feature" }).click();
    const added = page.getByRole("group", { name: "Feature 7" });
    await added.getByLabel("Name").fill("purchases");
    await page.getByRole("group", { name: "purchases" }).getByLabel("Windows").fill("1m");
    await expect(page.getByText("use a window from 5m to 730d, or null for all time").first()).toBeVisible();
    await page.getByRole("group", { name: "purchases" }).getByLabel("Windows").fill("1d");
    const where = page.getByRole("group", { name: "purchases" }).getByLabel("Only events where");
    await where.fill("type is purchase");
    await expect(page.getByText(/"is" is no comparison/).first()).toBeVisible();
    await where.fill("type = purchase");
    await expect(page.getByText(/checks out, would be version 2/)).toBeVisible({ timeout: 20_000 });
    await expect(page.getByRole("img", { name: /^Rows by purchases_1d/ })).toBeVisible();
    await page.getByRole("button", { name: "Publish …" }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByText("features.purchases")).toBeVisible();
    await expect(dialog.getByText(/No slate changes/)).toBeVisible();
    await dialog.getByRole("button", { name: "Publish version 2" }).click();
    await expect(page).toHaveURL(/\/features\/session_activity$/);
    await expect(page.getByRole("heading", { name: "v2" })).toBeVisible();
    expect(await shortlist("features", "list")).toContain("session_activity@2");
  });

  test("are backfilled from a plan that a person looks at and starts", async ({ admin: page }) => {
    test.setTimeout(150_000);
    await waitForFirstBatch(page, "item_engagement");
    await page.getByRole("button", { name: "Plan a backfill" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Backfill of item_engagement@1");
    await expect(page.getByText(/Would read [\d,]+ events and write [\d,]+ rows/)).toBeVisible({
      timeout: 60_000,
    });
    await expect(page.getByRole("heading", { name: "What changes for readers" })).toBeVisible();
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await expect(page.getByRole("dialog").getByText(/No serving model reads the view/)).toBeVisible();
    await page.getByRole("button", { name: "Start the backfill" }).click();
    await expect(page.getByText("Readers use it.")).toBeVisible({ timeout: 60_000 });
    await expect(page.getByText("in use", { exact: true })).toBeVisible();
  });

  test("answer an event in the values that serving reads within seconds, with where they came from", async ({
    page,
  }) => {
    const headers = { authorization: `Bearer ${setting("E2E_API_KEY")}` };
    const anonymousId = `journey-${Date.now()}`;
    const read = async () => {
      const answer = await page.request.post(`${setting("E2E_SERVING_URL")}/v1/features/read`, {
        headers,
        data: { view: "shopper_activity", rows: [{ anonymousId }] },
      });
      expect(answer.status()).toBe(200);
      return (await answer.json()).rows[0];
    };
    expect(await read()).toMatchObject({
      paths: "none",
      values: { clicks_7d: 0, purchases_per_click_7d: 0.05 },
    });
    const event = { eventId: randomUUID(), type: "click", itemId: "p000001", anonymousId };
    await page.request.post(`${setting("E2E_SERVING_URL")}/v1/events`, {
      headers,
      data: { events: [{ ...event, occurredAt: new Date().toISOString() }] },
    });
    await expect.poll(async () => (await read()).values.clicks_7d, { timeout: 10_000 }).toBe(1);
    expect(await read()).toMatchObject({ paths: "stream_only", values: { last_items_30d: ["p000001"] } });
  });

  test("say what is missing where there is nothing", async ({ admin: page }) => {
    await page.goto(`${WORKSPACE}/features/no_such_view`);
    await expect(page.getByText("There is no feature view no_such_view in this workspace")).toBeVisible();
    await page.goto(`${WORKSPACE}/features/new?from=no_such_view`);
    await expect(page.getByText("There is no feature view no_such_view in this workspace")).toBeVisible();
  });

  test("are planned and refused by the command line with file, line and remedy", async () => {
    expect(await shortlist("features", "plan", "shopper_activity")).toContain("1 unchanged");
    const refused = await shortlist("features", "show", "nothing").catch(
      (error: { stderr: string }) => error.stderr,
    );
    expect(refused).toContain("There is no feature view nothing");
  });
});

for (const theme of ["light", "dark"] as const) {
  for (const width of [1280, 390]) {
    test(`a backfill's page is clean of axe's findings and fits, ${theme}, ${width} px`, async ({
      browser,
    }) => {
      const context = await browser.newContext({
        baseURL: setting("E2E_WEB_URL"),
        colorScheme: theme,
        viewport: { width, height: 844 },
      });
      const page = await context.newPage();
      await signInByApi(page, setting("E2E_EMAIL"), setting("E2E_PASSWORD"));
      await page.goto(`${WORKSPACE}/features/item_engagement`);
      const backfills = page.getByRole("group", { name: "Backfills" });
      await backfills.getByRole("link").first().click();
      await expect(page.getByRole("heading", { name: "What changes for readers" })).toBeVisible();
      const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
      const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
      expect(
        violations.map(({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target.join(" "))}`),
      ).toEqual([]);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBeLessThanOrEqual(0);
      await context.close();
    });
  }
}
