import type { Page } from "@playwright/test";
import { expect, test, WORKSPACE } from "../support/test";

const VERDICT = /replicas serve release (\d+)\.$/;

/** The release that all replicas serve; waits until they agree. */
async function servedRelease(page: Page): Promise<number> {
  await page.goto(`${WORKSPACE}/serving`);
  const verdict = page.getByText(VERDICT);
  await expect(verdict).toBeVisible({ timeout: 30_000 });
  return Number(VERDICT.exec((await verdict.textContent())!)![1]);
}

test.describe("training", () => {
  test("checks the settings before it starts anything", async ({ admin: page }) => {
    await page.goto(`${WORKSPACE}/jobs/new`);
    await page.getByLabel("Factors").fill("1000");
    await page.getByRole("button", { name: "Start training" }).click();
    await expect(page.getByLabel("Factors")).toHaveAttribute("aria-invalid", "true");
    await expect(page).toHaveURL(/\/jobs\/new$/);
  });

  test("starts, is watched live to its end, and publishes the next release", async ({ admin: page }) => {
    test.setTimeout(180_000);
    const before = await servedRelease(page);
    await page.goto(`${WORKSPACE}/jobs`);
    await page.getByRole("button", { name: "Start training" }).click();
    await page.getByLabel("Factors").fill("16");
    await page.getByLabel("Iterations").fill("3");
    await page.getByRole("button", { name: "Start training" }).click();
    await expect(page).toHaveURL(/\/jobs\/[0-9a-f-]{36}$/);
    await expect(page.locator('[data-liveness="live"]')).toBeVisible({ timeout: 15_000 });
    // No reload from here on: everything arrives by the stream.
    await expect(page.locator('[data-liveness="over"]')).toBeVisible({ timeout: 150_000 });
    await expect(page.getByText(/^Succeeded in .* and made \d+ model versions\.$/)).toBeVisible();
    await expect(page.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "100");
    await expect.poll(() => servedRelease(page), { timeout: 30_000 }).toBeGreaterThan(before);
  });

  test("is undone by rolling back to the release before, with a reason", async ({ admin: page }) => {
    const before = await servedRelease(page);
    await page.getByRole("button", { name: "Roll back to this" }).first().click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByText(/surfaces and all shoppers/)).toBeVisible();
    await dialog.getByLabel("Why").fill("the journey goes back");
    await dialog.getByRole("button", { name: "Roll back", exact: true }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect.poll(() => servedRelease(page), { timeout: 30_000 }).toBeLessThan(before);
    await page.goto(`${WORKSPACE}/models/ranker`);
    await expect(page.getByText("the journey goes back").first()).toBeVisible();
  });
});
