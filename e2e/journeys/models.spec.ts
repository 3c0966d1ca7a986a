import { expect, makeRequest, test, WORKSPACE } from "../support/test";

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
