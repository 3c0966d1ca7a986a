import type { Page } from "@playwright/test";
import { expect, setting, test, WORKSPACE } from "../support/test";

/** Release numbers that shoppers were answered from, by shopper. */
async function askAll(shoppers: readonly string[]): Promise<Map<string, number>> {
  const releases = new Map<string, number>();
  for (const userId of shoppers) {
    const answer = await fetch(`${setting("E2E_SERVING_URL")}/v1/recommend`, {
      method: "POST",
      headers: { authorization: `Bearer ${setting("E2E_API_KEY")}`, "content-type": "application/json" },
      body: JSON.stringify({ userId, surface: "notifications", n: 6 }),
    });
    expect(answer.status).toBe(200);
    const { items, metadata } = (await answer.json()) as {
      items: unknown[];
      metadata: { configVersion: string };
    };
    expect(items).toHaveLength(6);
    releases.set(userId, Number(metadata.configVersion.split("-")[0]));
  }
  return releases;
}
const SHOPPERS = Array.from({ length: 40 }, (_, i) => `rollouts-journey-${i}`);
const servedReleases = async () => [...new Set((await askAll(SHOPPERS)).values())].sort((a, b) => a - b);

/** A release that differs in one setting, and the one before it current again: something to roll out. */
async function makeCandidate(page: Page, budgetMs: number): Promise<{ stable: number; candidate: number }> {
  const stable = (await servedReleases()).at(-1)!;
  await page.goto(`${WORKSPACE}/surfaces/notifications/edit`);
  await page.getByLabel("Budget, ms").fill(String(budgetMs));
  await page.getByLabel("Why").fill("a faster notification");
  await page.getByRole("button", { name: "Publish a release" }).click();
  await expect(page.getByText(/every release is made with it/)).toBeVisible();
  await expect.poll(servedReleases, { timeout: 60_000 }).not.toContain(stable);
  const candidate = (await servedReleases()).at(-1)!;
  await page.goto(`${WORKSPACE}/serving`);
  const row = page
    .getByRole("row")
    .filter({ has: page.getByRole("rowheader", { name: String(stable), exact: true }) });
  await row.getByRole("button", { name: "Roll back to this" }).click();
  await page.getByRole("dialog").getByLabel("Why").fill("first to a few");
  await page.getByRole("dialog").getByRole("button", { name: "Roll back" }).click();
  await expect.poll(servedReleases, { timeout: 60_000 }).toEqual([stable]);
  return { stable, candidate };
}

test("an engineer plans a rollout, sees what it does, watches half the shoppers get it, and takes it back within seconds", async ({
  admin: page,
}) => {
  test.setTimeout(240_000);
  // Another one each time, so that a second try finds something to change.
  const budgetMs = 150 + (Date.now() % 45);
  const { stable, candidate } = await makeCandidate(page, budgetMs);

  await page.goto(`${WORKSPACE}/rollouts`);
  await page.getByRole("link", { name: "New rollout" }).click();
  await page.getByLabel("What is rolled out").selectOption(`release:${candidate}`);
  await page.getByLabel("What for").fill("a faster notification");
  await page.getByRole("button", { name: "Leave out step 1" }).click();
  await page.getByLabel("Of shoppers, %").first().fill("");
  await page.getByRole("button", { name: "Show what it does" }).click();
  await expect(page.getByRole("alert").getByText("plan.steps.0.candidatePct")).toBeVisible();
  await expect(page.getByLabel("What for")).toHaveValue("a faster notification");
  await page.getByLabel("Of shoppers, %").first().fill("50");
  await page.getByRole("button", { name: "Leave out step 2" }).click();
  await page.getByRole("button", { name: "Leave out step 2" }).click();
  await page.getByRole("button", { name: "Show what it does" }).click();
  await expect(page.getByText(/At the earliest everybody has it for good by/)).toBeVisible();
  await expect(page.getByRole("row", { name: `notifications budget ms 200 ${budgetMs}` })).toBeVisible();
  await page.getByRole("button", { name: "Begin the rollout" }).click();

  await expect(page.getByRole("heading", { level: 1, name: /^Rollout \d+$/ })).toBeVisible();
  const rail = page.getByRole("list", { name: "Steps" });
  await expect(rail.getByRole("listitem").first()).toContainText("now", { timeout: 90_000 });
  await expect.poll(servedReleases, { timeout: 30_000 }).toEqual([stable, candidate]);
  const first = await askAll(SHOPPERS);
  const again = await askAll(SHOPPERS);
  expect(again, "nobody flips").toEqual(first);
  await expect(page.getByRole("row", { name: /^Failed requests/ })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("row", { name: /^Clicked slates no data/ })).toBeVisible();

  await page.getByRole("button", { name: "Roll back" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("within seconds");
  await dialog.getByLabel("Why").fill("enough seen");
  await dialog.getByRole("button", { name: "Roll back" }).click();
  await expect.poll(servedReleases, { timeout: 5_000 }).toEqual([stable]);
  await expect(page.getByText(/Aborted by .*: enough seen/)).toBeVisible();
  await expect(rail.getByRole("listitem").first()).toContainText("ended here");
  const log = page.getByRole("region", { name: "Decisions" }).last();
  for (const action of ["create", "prepare", "step", "abort"])
    await expect(log.getByRole("cell", { name: action, exact: true })).toBeVisible();

  await page.goto(`${WORKSPACE}/rollouts`);
  await expect(page.getByRole("row", { name: /aborted/ }).first()).toContainText("a faster notification");
  await page.goto(`${WORKSPACE}/approvals`);
  await expect(page.getByText("Nothing waits for a second person.")).toBeVisible();
});
