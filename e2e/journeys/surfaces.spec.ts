import { expect, setting, test, WORKSPACE } from "../support/test";

interface Answer {
  readonly items: { readonly itemId: string }[];
  readonly metadata: { readonly requestId: string; readonly configVersion: string };
}

/** As a storefront does it. */
async function call(path: string, body: unknown): Promise<Answer> {
  const answer = await fetch(`${setting("E2E_SERVING_URL")}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${setting("E2E_API_KEY")}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBeLessThan(300);
  return (await answer.json()) as Answer;
}
const recommend = (userId: string) => call("/v1/recommend", { userId, surface: "cart", n: 8 });

test("an engineer sees how a list is built, live and by source, changes it, and replicas follow with a new release", async ({
  admin: page,
}) => {
  test.setTimeout(180_000);
  const before = await recommend("surfaces-journey-0");
  for (let i = 1; i < 25; i++) await recommend(`surfaces-journey-${i}`);
  await call("/v1/events", {
    events: [
      {
        eventId: crypto.randomUUID(),
        type: "click",
        itemId: before.items[0]!.itemId,
        userId: "surfaces-journey-0",
        requestId: before.metadata.requestId,
        occurredAt: new Date().toISOString(),
      },
    ],
  });
  await page.goto(`${WORKSPACE}/surfaces?range=15m`);
  await expect(page.getByRole("row", { name: /Cart/ })).toContainText("full");
  await page.getByRole("link", { name: "Cart" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Cart" })).toBeVisible();
  await page.getByRole("button", { name: "Last 15 minutes" }).click();
  await expect(page).toHaveURL(/range=15m/);
  const funnel = page.getByRole("list", { name: "Funnel, candidates per request" });
  for (const step of ["Sources", "Union and filters", "Rank", "Re-rank", "Gate and slate"])
    await expect(funnel.getByText(step, { exact: true })).toBeVisible();
  await expect(page.getByText(/[1-9]\d* clicked, put into the cart or bought/)).toBeVisible({
    timeout: 30_000,
  });
  await expect(page.getByRole("row", { name: /^popular healthy/ })).toBeVisible();

  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByLabel("Budget, ms").fill("1");
  await page.getByRole("button", { name: "Publish a release" }).click();
  await expect(page.getByRole("alert").getByText("budgetMs")).toBeVisible();
  await expect(page.getByLabel("Budget, ms")).toHaveValue("1");
  await page.getByLabel("Budget, ms").fill("75");
  await page.getByLabel("Candidates at most, trending").fill("25");
  await page.getByRole("button", { name: "Show what changes" }).click();
  await expect(page.getByRole("row", { name: /sources\.trending\.quota 30 25/ })).toBeVisible();
  await expect(page.getByText(/2 fields change; publishing makes release \d+/)).toBeVisible();
  await page.getByLabel("Why").fill("fewer trends in the cart");
  await page.getByRole("button", { name: "Publish a release" }).click();
  await expect(page.getByText(/Revision 1; every release is made with it/)).toBeVisible();
  await expect(page.getByText(/fewer trends in the cart/)).toBeVisible();
  const version = async () =>
    Number((await recommend("surfaces-journey-0")).metadata.configVersion.split("-")[0]);
  const old = Number(before.metadata.configVersion.split("-")[0]);
  await expect.poll(version, { timeout: 60_000 }).toBeGreaterThan(old);

  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByRole("button", { name: "Back to the defaults" }).click();
  await expect(page.getByText("As the product comes: nobody has set anything.")).toBeVisible();

  // The same change for a few shoppers first: a release is made, and nobody is served from it yet.
  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByLabel("Budget, ms").fill("75");
  await page.getByLabel("Why").fill("a longer budget, tried out");
  await page.getByRole("button", { name: "Roll it out in steps" }).click();
  await expect(page).toHaveURL(/rollouts\/new\?candidate=release:\d+/);
  await expect(page.getByLabel("What is rolled out")).toHaveValue(/^release:\d+$/);
  await page.getByRole("button", { name: "Show what it does" }).click();
  await expect(page.getByText(/At the earliest everybody has it for good by/)).toBeVisible();
  await expect(page.getByRole("row", { name: /cart budget/i })).toBeVisible();
  await page.goto(`${WORKSPACE}/surfaces/cart`);
  await expect(page.getByText("As the product comes: nobody has set anything.")).toBeVisible();

  await page.goto(`${WORKSPACE}/serving?range=15m&surface=cart`);
  await expect(
    page.getByRole("img", { name: /^Heat map of latency over time\. p50 .* n = \d+ requests/ }),
  ).toBeVisible();
  await expect(page.getByRole("img", { name: /^Share of answers by rung over time\. Full / })).toBeVisible();
  await expect(page.getByText(/dashed: .* release \d+/).first()).toBeVisible();
});
