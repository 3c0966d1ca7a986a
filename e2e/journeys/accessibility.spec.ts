import { AxeBuilder } from "@axe-core/playwright";
import { expect, makeRequest, setting, signInByApi, test, WORKSPACE } from "../support/test";

const ROUTES = [
  "",
  "/playground",
  "/models",
  "/models?q=kind:ranker",
  "/models?q=nothing-is-called-so",
  "/models/ranker",
  "/models/ranker/v/1",
  "/models/ranker/compare?before=1&after=1",
  "/models/new",
  "/serving",
  "/explain",
  "/jobs",
  "/jobs/new",
  "/catalog",
  "/catalog/no-such-item",
  "/quality",
  "/features",
  "/features/shopper_activity",
  "/features/new",
  "/features/new?from=item_engagement",
  "/rollouts",
  "/rollouts/new",
  "/approvals",
  "/audit",
  "/surfaces",
  "/surfaces/home_feed",
  "/surfaces/cart/edit",
  "/rules",
  "/rules/new",
  "/identity",
  "/identity?shared=1",
  "/training-sets",
  "/settings/members",
  "/settings/keys",
  "/settings/aliases",
] as const;

/** WCAG 2.2 AA, and what axe calls best practice. */
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

for (const theme of ["light", "dark"] as const) {
  for (const width of [1280, 390]) {
    test(`every page is clean of axe's findings and needs no sideways scrolling, ${theme}, ${width} px`, async ({
      browser,
    }) => {
      test.setTimeout(240_000);
      const context = await browser.newContext({
        baseURL: setting("E2E_WEB_URL"),
        colorScheme: theme,
        viewport: { width, height: 844 },
      });
      const page = await context.newPage();
      const check = async (path: string) => {
        const answer = await page.goto(path);
        // A page that failed has a heading too.
        expect.soft(answer?.status(), `${path} is answered`).toBeLessThan(500);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
        const found = violations.map(
          ({ id, nodes }) => `${path}: ${id} at ${nodes.map(({ target }) => target.join(" ")).join(", ")}`,
        );
        expect.soft(found).toEqual([]);
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect.soft(overflow, `${path} fits the window`).toBeLessThanOrEqual(0);
      };
      await check("/login");
      await signInByApi(page, setting("E2E_EMAIL"), setting("E2E_PASSWORD"));
      for (const route of ROUTES) await check(WORKSPACE + route);
      await check(`${WORKSPACE}/explain/${await makeRequest(page)}`);
      await check(`${WORKSPACE}/explain/no-such-request-id`);
      await page.goto(`${WORKSPACE}/jobs`);
      await check((await page.locator('a[href*="/jobs/0"]').first().getAttribute("href"))!);
      await context.close();
    });
  }
}

test("keyboard alone reaches the content and moves through a table", async ({ admin: page }) => {
  await page.goto(`${WORKSPACE}/models`);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await page.getByRole("link", { name: "als", exact: true }).focus();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/models\/content$/);
});
