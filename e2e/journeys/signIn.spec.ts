import { expect, setting, signInByApi, test, WORKSPACE } from "../support/test";

test.describe("signing in", () => {
  test("leads a stranger to sign-in and then to the page they asked for", async ({ page }) => {
    await page.goto(`${WORKSPACE}/models?x=1`);
    await expect(page).toHaveURL(/\/login\?next=/);
    await page.getByLabel("Email").fill(setting("E2E_EMAIL"));
    await page.getByLabel("Password").fill(setting("E2E_PASSWORD"));
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL(/\/w\/sample\/models\?x=1$/);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Models");
  });

  test("refuses a wrong password without saying whether the account exists", async ({ page }) => {
    const texts: (string | null)[] = [];
    for (const email of [setting("E2E_EMAIL"), "nobody@shortlist.test"]) {
      await page.goto("/login");
      await page.getByLabel("Email").fill(email);
      await page.getByLabel("Password").fill("certainly-wrong");
      await page.getByRole("button", { name: "Sign in" }).click();
      const alert = page.getByRole("alert").filter({ hasText: /\S/ });
      await expect(alert).toBeVisible();
      texts.push(await alert.textContent());
    }
    expect(texts[0]).toBe("Email and password do not match an account.");
    expect(texts[1]).toBe(texts[0]);
  });

  test("never follows next to another site", async ({ page }) => {
    await page.goto("/login?next=//evil.test/steal");
    await page.getByLabel("Email").fill(setting("E2E_EMAIL"));
    await page.getByLabel("Password").fill(setting("E2E_PASSWORD"));
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL(`${setting("E2E_WEB_URL")}${WORKSPACE}`);
  });

  test("ends with signing out", async ({ page }) => {
    // A session of its own, since it ends here.
    await signInByApi(page, setting("E2E_EMAIL"), setting("E2E_PASSWORD"));
    await page.goto(WORKSPACE);
    await page.getByRole("button", { name: /account, theme, sign out/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await expect(page).toHaveURL(/\/login$/);
    await page.goto(WORKSPACE);
    await expect(page).toHaveURL(/\/login\?next=/);
  });
});
