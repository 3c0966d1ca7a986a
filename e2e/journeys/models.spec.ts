import { expect, makeRequest, test, WORKSPACE } from "../support/test";

/** score = sigmoid(2 a − b / 2 + 1 / 4) as ONNX: one float32 input of two columns. */
const TINY_RANKER = Buffer.from(
  "CAcSCXNob3J0bGlzdDq6AQopCghmZWF0dXJlcwoCdzAKAmIwEgdsaW5lYXIwGgZHZW1tXzAiBEdlbW0KJAoHbGluZWFyMBIFc2NvcmUaCVNpZ21v" +
    "aWRfMSIHU2lnbW9pZBIKbWxwX3JhbmtlcioUCAIIARABQgJ3MEoIAAAAQAAAAL8qDggBEAFCAmIwSgQAAIA+WhsKCGZlYXR1cmVzEg8KDQgBEgkK" +
    "AxIBTgoCCAJiGAoFc2NvcmUSDwoNCAESCQoDEgFOCgIIAUIECgAQDQ==",
  "base64",
);

test.describe("models, serving and explain", () => {
  test("leads from a model to a version beside its baselines, its features and its training job", async ({
    admin: page,
  }) => {
    await page.goto(`${WORKSPACE}/models`);
    await page.getByRole("link", { name: "ranker", exact: true }).click();
    await page.getByRole("link", { name: "v1", exact: true }).first().click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("ranker@1");
    const ndcg = page.getByRole("table").filter({ has: page.getByText("NDCG@20") });
    for (const name of ["ranker", "popularity", "random"])
      await expect(ndcg.getByRole("rowheader", { name, exact: true })).toBeVisible();
    await expect(ndcg.getByText(/^n \d/).first()).toBeVisible();
    await expect(page.getByRole("heading", { name: /^Features, in the order/ })).toBeVisible();
    await expect(page.getByText("SHA-256")).toBeVisible();
    await expect(page.locator('a[href*="/jobs/"]').last()).toBeVisible();
  });

  test("takes a ranker that was trained elsewhere, says why not, names it, compares it and deletes it", async ({
    admin: page,
  }) => {
    const name = `tiny_${Date.now().toString(36)}`;
    await page.goto(`${WORKSPACE}/models`);
    await page.getByRole("link", { name: "Register a model" }).click();
    await page.getByLabel("Name").fill(name);
    await page
      .getByLabel("Model file")
      .setInputFiles({ name: "model.onnx", mimeType: "application/octet-stream", buffer: TINY_RANKER });
    const features = page.getByLabel("Features, in the order of the model's columns");
    const register = page.getByRole("button", { name: "Register", exact: true });
    await features.fill("popularity\nclicks_of_tomorrow");
    await register.click();
    await expect(page.getByText(/clicks_of_tomorrow is none that a replica fills itself/)).toBeVisible();
    await features.fill("popularity");
    await register.click();
    await expect(page.getByText("The model is 2 wide, the manifest has 1 features.")).toBeVisible();
    await features.fill("popularity\nlog_price");
    await register.click();
    await expect(page.getByRole("link", { name: `${name}@1` })).toBeVisible();
    await expect(page.getByText("2, as the model says")).toBeVisible();
    await register.click();
    await page.getByRole("link", { name: `${name}@2` }).click();

    await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${name}@2`);
    await page.getByLabel("Add a tag").fill("team=growth");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await expect(page.getByText("team=growth")).toBeVisible();
    await page.getByRole("link", { name: "Compare with v1" }).click();
    await expect(page.getByText("Nothing differs.")).toBeVisible();

    await page.goto(`${WORKSPACE}/models/${name}`);
    await page.getByRole("button", { name: "Move an alias" }).click();
    await page.getByRole("dialog").getByLabel("To", { exact: true }).selectOption("1");
    await page.getByRole("button", { name: "Move", exact: true }).click();
    await expect(page.getByRole("alert").filter({ hasText: "champion is protected" })).toBeVisible();
    await page.getByLabel("Why").fill("first of its kind");
    await page.getByRole("button", { name: "Move", exact: true }).click();
    await expect(page.getByRole("group", { name: "Moves of aliases" })).toContainText("first of its kind");

    await page.goto(`${WORKSPACE}/models/${name}/v/1`);
    await expect(page.getByText("While anything does, it cannot be deleted.")).toBeVisible();
    await expect(page.getByRole("button", { name: "Delete" })).toBeDisabled();
    await page.goto(`${WORKSPACE}/models/${name}/v/2`);
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
    await expect(page.getByRole("link", { name: "v1", exact: true })).toBeVisible();
    await expect(page.getByRole("link", { name: "v2", exact: true })).toHaveCount(0);
  });

  test("shows golden rows beside what they scored, and runs the version on a row by hand", async ({
    admin: page,
  }) => {
    await page.goto(`${WORKSPACE}/models/ranker/v/1`);
    const rows = page.getByRole("group", { name: "Golden rows" });
    await expect(page.getByText(/^All gave their scores when it was registered/)).toBeVisible();
    await expect(rows.getByText("same", { exact: true }).first()).toBeVisible();
    await page.getByRole("button", { name: "Run them again" }).click();
    await expect(page.getByText(/^All gave their scores just now/)).toBeVisible();

    const expected = Number(await rows.getByRole("row").nth(2).getByRole("cell").nth(1).textContent());
    await page.getByLabel("Begin with").selectOption("golden row 2");
    await page.getByRole("button", { name: "Score it" }).click();
    const score = page
      .getByText(/^Score /)
      .locator("span")
      .first();
    await expect(score).toBeVisible();
    expect(Number(await score.textContent())).toBeCloseTo(expected, 3);
    const popularity = page.getByRole("textbox", { name: "popularity", exact: true });
    await popularity.fill("much");
    await page.getByRole("button", { name: "Score it" }).click();
    await expect(page.getByText("write a number, such as 0.25")).toBeVisible();
    await expect(popularity).toHaveValue("much");
  });

  test("finds versions by what they are called, tagged and named, keeps it in the address, and says how to see all again", async ({
    admin: page,
  }) => {
    await page.goto(`${WORKSPACE}/models`);
    const box = page.getByRole("searchbox", { name: "Search versions" });
    await box.fill("kind:ranker metrics.ndcgAt20>0");
    await page.getByRole("button", { name: "Search", exact: true }).click();
    await expect(page.getByRole("link", { name: "ranker@1", exact: true })).toBeVisible();
    await expect(page.getByText(/^\d+ versions? fits?\.$/)).toBeVisible();
    await page.getByLabel("Stage").selectOption("serving");
    await expect(page).toHaveURL(/\?q=kind:ranker.*&stage=serving$/);
    await expect(page.getByRole("row", { name: /ranker@\d+/ })).toHaveCount(1);

    await page.goto(`${WORKSPACE}/models?q=kind:ranker&tag=team%3Dnobody+at+home`);
    await expect(box).toHaveValue("kind:ranker");
    await expect(page.getByText("Nothing matches “kind:ranker”, tag team=nobody at home.")).toBeVisible();
    await expect(page.getByText(/Archived versions are left out/)).toBeVisible();
    await page.getByRole("button", { name: "Clear filters" }).click();
    await expect(box).toHaveValue("");
    await expect(page.getByRole("link", { name: "ranker", exact: true })).toBeVisible();

    await box.fill("owner:me");
    await box.press("Enter");
    await expect(page.getByText(/owner:me: is not understood/)).toBeVisible();
    await expect(box).toHaveValue("owner:me");
  });

  test("an admin reads who may move an alias, protects another with a reason, and finds it in the audit", async ({
    admin: page,
  }) => {
    await page.goto(`${WORKSPACE}/models/ranker`);
    await page.getByRole("link", { name: "Who may move them" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Aliases");
    const table = page.getByRole("group", { name: "Who may move aliases" });
    await expect(table.getByRole("row", { name: /^champion / })).toContainText("moves it, with a reason");
    const names = page.getByLabel("Protected aliases");
    const save = page.getByRole("button", { name: "Save" });
    await expect(save).toBeDisabled();
    await names.fill("champion v3");
    await page.getByLabel("Why").fill("the newsletter reads it");
    await save.click();
    await expect(page.getByText(/^v3: latest and v1, v2, … are reserved/)).toBeVisible();
    await names.fill("champion newsletter");
    await expect(page.getByText(/newsletter becomes protected: .* \(no model has it now\)/)).toBeVisible();
    await save.click();
    await expect(table.getByRole("row", { name: /^champion, newsletter / })).toBeVisible();
    await names.fill("champion");
    await page.getByLabel("Why").fill("it does not any more");
    await save.click();
    await expect(table.getByRole("row", { name: /^champion / })).toBeVisible();
    await page.getByRole("link", { name: "Who changed this" }).click();
    const entry = page.getByRole("row", { name: /protected newsletter/ }).first();
    await expect(entry).toContainText("the newsletter reads it");
  });

  test("shows every replica with the release it serves", async ({ admin: page }) => {
    await page.goto(`${WORKSPACE}/serving`);
    await expect(page.getByText(/\d of \d replicas serve release \d+/)).toBeVisible();
    const matrix = page.getByRole("group", { name: "Replicas by release" });
    await expect(matrix.getByText("serving", { exact: true }).first()).toBeVisible();
    await expect(
      page.getByRole("group", { name: "Releases" }).getByText("current", { exact: true }),
    ).toBeVisible();
  });

  test("lists a request made by a storefront and explains it by its id", async ({ admin: page }) => {
    const requestId = await makeRequest(page);
    await page.goto(`${WORKSPACE}/explain`);
    await expect(page.getByRole("link", { name: requestId })).toBeVisible({ timeout: 15_000 });
    await page.getByLabel("Request id").fill(requestId);
    await page.getByRole("button", { name: "Explain" }).click();
    await expect(page.getByText(/12 items for an anonymous visitor/)).toBeVisible();
  });

  test("says so when a request is not known", async ({ admin: page }) => {
    await page.goto(`${WORKSPACE}/explain/no-such-request-id`);
    await expect(page.getByText("No slate with request id no-such-request-id is known")).toBeVisible({
      timeout: 20_000,
    });
  });

  test("accounts for every imported row", async ({ admin: page }) => {
    await page.goto(`${WORKSPACE}/catalog`);
    await expect(page.getByText("events.jsonl.gz")).toBeVisible();
    await expect(page.getByText(/Rows set aside, by first reason; together/)).toBeVisible();
  });
});
