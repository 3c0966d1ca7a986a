import { expect, makeRequest, test, WORKSPACE } from "../support/test";

test("an engineer sees who is who, takes a link apart knowing what moves, and links it again", async ({
  admin: page,
}) => {
  await page.goto(`${WORKSPACE}/identity`);
  await expect(page.getByText(/of [\d,]+ events belong to someone who signed in/)).toBeVisible();
  await page.getByRole("button", { name: "Take apart" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Take this device and this person apart?" });
  await expect(dialog.getByText(/events? between|No event changes hands/)).toBeVisible();
  await dialog.getByLabel("Why").fill("a tablet in the shop");
  await dialog.getByRole("button", { name: "Take apart" }).click();
  await expect(dialog).toBeHidden();
  const row = page.getByRole("row", { name: /a tablet in the shop/ });
  await expect(row).toBeVisible();
  await row.getByRole("button", { name: "Link again" }).click();
  await expect(row).toBeHidden();
});

test("the filter of shared devices is in the address and says when it leaves nothing", async ({
  admin: page,
}) => {
  await page.goto(`${WORKSPACE}/identity`);
  await page.getByLabel("Only devices that several people use").click();
  await expect(page).toHaveURL(/shared=1/);
  await expect(page.getByText(/shared by \d|Nothing matches only shared devices/).first()).toBeVisible();
});

test("a shopper nobody knows is said to have no events", async ({ admin: page }) => {
  await page.goto(`${WORKSPACE}/identity`);
  await page.getByLabel("Id", { exact: true }).fill("nobody-of-this-shop");
  await page.getByRole("button", { name: "Find", exact: true }).click();
  await expect(page.getByText("No event of this shopper is archived.")).toBeVisible();
});

test("a training set is asked for with its views, and its job says how it went", async ({ admin: page }) => {
  await makeRequest(page);
  await page.goto(`${WORKSPACE}/training-sets`);
  await page.getByRole("button", { name: "Build" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Build a training set" });
  await dialog.getByLabel("Click within").fill("5m");
  await dialog.getByLabel("Purchase within").fill("");
  await dialog.getByRole("button", { name: "Build" }).click();
  await expect(page).toHaveURL(/\/jobs\/0/);
  // Slates of this minute still wait for their clicks, or the archive has none yet: both are said, not hidden.
  await expect(
    page.getByText(/still wait for their labels|No slates are archived yet|rows of \d+ shown/).first(),
  ).toBeVisible({ timeout: 60_000 });
});
