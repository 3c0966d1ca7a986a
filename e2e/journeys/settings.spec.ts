import { expect, setting, signInByApi, test, WORKSPACE } from "../support/test";

const VIEWER = { name: "Vera Viewer", email: "viewer@shortlist.test", password: "only-looking-around" };

test.describe("settings", () => {
  test("shows a new key once, and serving accepts it", async ({ admin: page }) => {
    await page.goto(`${WORKSPACE}/settings/keys`);
    await page.getByRole("button", { name: "Create key" }).click();
    await page.getByLabel("Name").fill("journey storefront");
    await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
    const shown = page.getByRole("dialog", { name: "Copy the key now" }).locator("pre").first();
    await expect(shown).toHaveText(/^slk_/);
    const key = (await shown.textContent())!.trim();
    await expect(async () => {
      const answer = await page.request.post(`${setting("E2E_SERVING_URL")}/v1/recommend`, {
        data: { anonymousId: "key-check", surface: "home_feed", n: 3 },
        headers: { authorization: `Bearer ${key}` },
      });
      expect(answer.status()).toBe(200);
    }).toPass({ timeout: 20_000 });
    await page.getByRole("button", { name: "I have copied it" }).click();
    await page.reload();
    await expect(page.getByRole("rowheader", { name: "journey storefront" })).toBeVisible();
    await expect(page.getByText(key)).toHaveCount(0);
  });

  test("refuses a revoked key", async ({ admin: page }) => {
    await page.goto(`${WORKSPACE}/settings/keys`);
    await page.getByRole("button", { name: "Revoke journey storefront" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    const row = page.getByRole("row").filter({ hasText: "journey storefront" });
    await expect(row.getByText("revoked")).toBeVisible();
  });

  test("tells a viewer who may do what they may not, and the server holds to it", async ({
    admin: page,
    browser,
  }) => {
    await page.goto(`${WORKSPACE}/settings/members`);
    await page.getByRole("button", { name: "Add member" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill(VIEWER.name);
    await dialog.getByLabel("Email").fill(VIEWER.email);
    await dialog.getByLabel("Password").fill(VIEWER.password);
    await dialog.getByRole("button", { name: "Add member" }).click();
    await expect(page.getByRole("rowheader", { name: VIEWER.name })).toBeVisible();

    const context = await browser.newContext({ baseURL: setting("E2E_WEB_URL") });
    const viewer = await context.newPage();
    await signInByApi(viewer, VIEWER.email, VIEWER.password);
    await viewer.goto(`${WORKSPACE}/jobs`);
    const start = viewer.getByRole("button", { name: "Start training" });
    await expect(start).toHaveAttribute("aria-disabled", "true");
    await start.hover();
    await expect(viewer.getByRole("tooltip")).toHaveText("For ML engineer or Admin");
    await viewer.goto(`${WORKSPACE}/settings/keys`);
    await expect(viewer.getByText("Not for your role")).toBeVisible();
    const answer = await viewer.request.post("/api/trpc/jobs.startTraining", {
      data: { json: { workspace: "sample", config: {} } },
      headers: { origin: setting("E2E_WEB_URL") },
    });
    expect(answer.status()).toBe(403);
    await context.close();
  });
});
