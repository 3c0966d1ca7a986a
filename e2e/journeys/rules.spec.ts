import { expect, setting, test, WORKSPACE } from "../support/test";

/** Titles of a slate asked for as a storefront would. */
async function recommend(userId: string): Promise<string[]> {
  const answer = await fetch(`${setting("E2E_SERVING_URL")}/v1/recommend`, {
    method: "POST",
    headers: { authorization: `Bearer ${setting("E2E_API_KEY")}`, "content-type": "application/json" },
    body: JSON.stringify({ userId, surface: "home_feed", n: 12 }),
  });
  const { items } = (await answer.json()) as { items: { itemId: string }[] };
  return items.map(({ itemId }) => itemId);
}

test("a product manager pins an item, sees the slate before and after, and the storefront follows within seconds", async ({
  admin: page,
}) => {
  const shopper = "rules-journey";
  const before = await recommend(shopper);
  // The last position explores: what stands there is drawn anew for every request.
  const ranked = async () => (await recommend(shopper)).slice(0, -1);
  const wanted = before.at(-2)!;
  await page.goto(`${WORKSPACE}/rules/new`);
  await page.getByLabel("Name").fill("Summer first");
  await page.getByLabel("Do", { exact: true }).selectOption("pin");
  await page.getByLabel("Item ids").fill(wanted);
  await page.getByRole("button", { name: "Show the slate" }).click();
  await expect(page.getByText("1 item matches")).toBeVisible();
  await expect(page.getByRole("heading", { name: "After", exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Replay 60" }).click();
  await expect(page.getByText(/of \d+ slates change/)).toBeVisible();
  await page.getByLabel("Why").fill("season opens");
  await page.getByRole("button", { name: "Save and switch on" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Summer first" })).toBeVisible();
  await expect(page.getByText(/Everywhere, pin item .* to position 1\./).first()).toBeVisible();
  await expect.poll(async () => (await recommend(shopper))[0], { timeout: 5_000 }).toBe(wanted);

  await page.goto(`${WORKSPACE}/rules`);
  const row = page.getByRole("row", { name: /Summer first/ });
  await expect(row).toContainText("in force");
  await row.getByRole("button", { name: "Switch off" }).click();
  await expect(row).toContainText("off");
  await expect.poll(ranked, { timeout: 5_000 }).toEqual(before.slice(0, -1));
});

test("what is wrong with a rule stands at its field, and nothing typed is lost", async ({ admin: page }) => {
  await page.goto(`${WORKSPACE}/rules/new`);
  await page.getByLabel("Name").fill("Upside down");
  await page.getByLabel("Price from").fill("20");
  await page.getByLabel("Price to").fill("10");
  await page.getByRole("button", { name: "Save, off" }).click();
  await expect(page.getByText("must not be below priceMin").first()).toBeVisible();
  await expect(page.getByLabel("Price from")).toHaveValue("20");
});
