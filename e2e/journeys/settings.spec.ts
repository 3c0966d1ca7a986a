import { expect, setting, signInByApi, test, WORKSPACE } from "../support/test";

/** Journeys can run again on a shop that keeps what an earlier run made. */
const RUN = Date.now().toString(36);
const KEY_NAME = `journey storefront ${RUN}`;
const VIEWER = {
  name: `Vera Viewer ${RUN}`,
  email: `viewer-${RUN}@shortlist.test`,
  password: "only-looking-around",
};

test.describe("settings", () => {
  test("shows a new key once, serving accepts it, and refuses it once revoked", async ({ admin: page }) => {
    await page.goto(`${WORKSPACE}/settings/keys`);
    await page.getByRole("button", { name: "Create key" }).click();
    await page.getByLabel("Name").fill(KEY_NAME);
    await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
    const shown = page.getByRole("dialog", { name: "Copy the key now" }).locator("pre").first();
    await expect(shown).toHaveText(/^slk_/);
    const key = (await shown.textContent())!.trim();
    const statusOf = async () => {
      const answer = await page.request.post(`${setting("E2E_SERVING_URL")}/v1/recommend`, {
        data: { anonymousId: "key-check", surface: "home_feed", n: 3 },
        headers: { authorization: `Bearer ${key}` },
      });
      return answer.status();
    };
    await expect.poll(statusOf, { timeout: 20_000 }).toBe(200);
    await page.getByRole("button", { name: "I have copied it" }).click();
    await page.reload();
    await expect(page.getByRole("rowheader", { name: KEY_NAME })).toBeVisible();
    await expect(page.getByText(key)).toHaveCount(0);

    await page.getByRole("button", { name: `Revoke ${KEY_NAME}` }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    const row = page.getByRole("row").filter({ hasText: KEY_NAME });
    await expect(row.getByText("revoked")).toBeVisible();
    await expect.poll(statusOf, { timeout: 20_000 }).toBe(401);
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
