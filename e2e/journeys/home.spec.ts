import { expect, test, WORKSPACE } from "../support/test";

test.describe("home", () => {
  test("answers whether anything needs me, with numbers in the page that the server sends", async ({
    admin: page,
  }) => {
    const answer = await page.request.get(WORKSPACE);
    const html = await answer.text();
    expect(html).toContain("Latency p99");
    expect(html).toContain("Served by models");
    await page.goto(WORKSPACE);
    const verdict = page
      .getByRole("heading", { level: 1, name: "Home" })
      .locator("xpath=following-sibling::p");
    await expect(verdict).toHaveText(/Nothing needs you|need(s)? you/);
    await expect(page.getByText(/Release 1 made current|rolled back to/).first()).toBeVisible();
  });

  test("finds pages and models by ⌘K, and goes places by g and a letter", async ({ admin: page }) => {
    await page.goto(WORKSPACE);
    await page.waitForLoadState("networkidle").catch(() => undefined);
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder("Page, model or request id").fill("ranker");
    await expect(page.getByRole("option", { name: /^ranker/ })).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/models\/ranker$/);
    await expect(page.getByRole("heading", { name: "Serving history" })).toBeVisible();
    await page.keyboard.press("g");
    await page.keyboard.press("s");
    await expect(page).toHaveURL(/\/serving$/);
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  });
});
