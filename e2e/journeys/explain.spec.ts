import { AxeBuilder } from "@axe-core/playwright";
import { expect, makeRequest, test, WORKSPACE } from "../support/test";

test("a request is replayed, an item that is not in it explained, another version compared, and an item followed to its page", async ({
  admin: page,
}) => {
  const requestId = await makeRequest(page);
  await page.goto(`${WORKSPACE}/explain/${requestId}`);
  await page.getByRole("button", { name: "Replay", exact: true }).click();
  await expect(page.getByText("The replay gives the identical slate.")).toBeVisible();
  const rows = page.locator("[data-rank-row]");
  expect(await rows.count()).toBeGreaterThan(12);
  const below = await rows.nth(20).getAttribute("data-rank-row");

  await page.getByLabel("Item id or words of its title").fill(below!);
  await page.getByRole("button", { name: "Find", exact: true }).click();
  await page
    .getByRole("list", { name: "Items found" })
    .getByRole("button", { name: "Why not?" })
    .first()
    .click();
  await expect(page.locator("[data-why-not]")).toContainText(/came in \d+ of \d+|held back|in the slate/);
  await page.getByLabel("Item id or words of its title").fill("no-such-item");
  await page.getByRole("button", { name: "Find", exact: true }).click();
  await page.getByRole("button", { name: "Ask all the same" }).click();
  await expect(page.locator("[data-why-not]")).toContainText("was not known to serving");

  await page.getByLabel("Version", { exact: true }).selectOption({ label: "ranker@1 (ranked this request)" });
  await expect(page.locator("[data-compare-verdict]")).toContainText("Jaccard 1");

  await page.getByRole("table", { name: "Ranks after each stage" }).getByRole("link").first().click();
  await expect(page).toHaveURL(/\/catalog\//);
  await expect(page.getByText("May be shown.")).toBeVisible();
  await expect(page.getByText("Asked of a replica at this moment.")).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);

  await page.getByRole("link", { name: "Block", exact: true }).click();
  await expect(page.getByLabel("Name")).toHaveValue(/^Block /);
  await expect(page.getByLabel("Do", { exact: true })).toHaveValue("hide");
  await page.goBack();
  await page.getByRole("link", { name: "Feature", exact: true }).click();
  await expect(page.getByLabel("Do", { exact: true })).toHaveValue("pin");
});

test("an item that nobody knows is said to be so", async ({ admin: page }) => {
  await page.goto(`${WORKSPACE}/catalog/no-such-item`);
  await expect(page.getByText("Serving does not know this item", { exact: true })).toBeVisible();
  await expect(page.getByText("The catalogue has no item with this id")).toBeVisible();
});
