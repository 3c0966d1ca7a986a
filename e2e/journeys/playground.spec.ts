import { expect, test, WORKSPACE } from "../support/test";

test.describe("playground", () => {
  test("shows two shoppers' lists as products before any script runs", async ({ admin: page }) => {
    const html = await (await page.request.get(`${WORKSPACE}/playground`)).text();
    expect(html.match(/data-item="/g)?.length).toBeGreaterThanOrEqual(12);
    expect(html).toContain("€");
  });

  test("changes the next list when a product is opened, and says what moved", async ({ admin: page }) => {
    await page.goto(`${WORKSPACE}/playground`);
    const stage = page.locator('[data-stage="a"]');
    const items = stage.locator("[data-item]");
    await expect(items).toHaveCount(12);
    const idsOf = () => items.evaluateAll((nodes) => nodes.map((node) => node.getAttribute("data-item")));
    const before = await idsOf();
    await items
      .nth(5)
      .getByRole("button", { name: /^Open / })
      .click();
    await expect(stage.locator("[data-story]")).toHaveText(/opened “.+”: .*(new|up|down)/, {
      timeout: 20_000,
    });
    expect(await idsOf()).not.toEqual(before);
    await expect(stage.locator("[data-change]").first()).toBeVisible();
    await expect(stage.getByText("This session")).toBeVisible();
  });

  test("never shows a hidden product again", async ({ admin: page }) => {
    await page.goto(`${WORKSPACE}/playground`);
    const stage = page.locator('[data-stage="b"]');
    const first = stage.locator("[data-item]").first();
    const id = await first.getAttribute("data-item");
    await first.getByRole("button", { name: /^Hide / }).click();
    await expect(stage.locator("[data-story]")).toHaveText(/ hid “/, { timeout: 20_000 });
    // The event log is read within moments; a second list must hold to it.
    await expect(async () => {
      await stage.getByRole("button", { name: /^Ask again/ }).click();
      await expect(stage.locator(`[data-item="${id}"]`)).toHaveCount(0, { timeout: 1_000 });
    }).toPass({ timeout: 15_000 });
  });

  test("keeps the chosen shopper in the address", async ({ admin: page }) => {
    await page.goto(`${WORKSPACE}/playground`);
    const picker = page.locator('[data-stage="a"]').getByRole("button", { name: /^Shopper / });
    const visitor = page.getByRole("button", { name: /New anonymous visitor/ });
    // The page is there before its scripts are: a click that came first is given again.
    await expect(async () => {
      await picker.click();
      await expect(visitor).toBeVisible({ timeout: 2_000 });
    }).toPass();
    await visitor.click();
    await expect(page).toHaveURL(/[?&]a=v\.visitor-/);
    await expect(page.locator('[data-stage="a"] [data-item]')).toHaveCount(12);
    await page.reload();
    await expect(page.locator('[data-stage="a"]')).toContainText("Anonymous visitor");
  });

  test("leads from a list to its explanation", async ({ admin: page }) => {
    await page.goto(`${WORKSPACE}/playground`);
    await page.locator('[data-stage="a"]').getByRole("link", { name: "Why this list?" }).click();
    await expect(page).toHaveURL(/\/explain\/pg_/);
    await expect(page.getByText(/12 items for a known shopper on home feed/)).toBeVisible();
    await expect(page.getByRole("heading", { name: "Stages, milliseconds" })).toBeVisible();
    await expect(page.getByRole("rowheader", { name: "collaborative", exact: true })).toBeVisible();
    // The first item is open: its contributions are additive and named.
    await expect(page.getByText(/on the logit against the average item/)).toBeVisible();
    await expect(page.getByRole("link", { name: /^ranker@\d+$/ })).toBeVisible();
  });
});
