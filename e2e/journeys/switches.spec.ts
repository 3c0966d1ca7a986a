import { expect, setting, test, WORKSPACE } from "../support/test";

interface Answer {
  readonly items: readonly unknown[];
  readonly metadata: { readonly degradation: { readonly rung: number; readonly reasons: readonly string[] } };
}

async function recommend(): Promise<Answer> {
  const answer = await fetch(`${setting("E2E_SERVING_URL")}/v1/recommend`, {
    method: "POST",
    headers: { authorization: `Bearer ${setting("E2E_API_KEY")}`, "content-type": "application/json" },
    body: JSON.stringify({ userId: "switches-journey", surface: "notifications", n: 6 }),
  });
  return (await answer.json()) as Answer;
}
const reasons = async () => (await recommend()).metadata.degradation.reasons;

test("on-call switches a surface to lists, the storefront follows within seconds and is never empty, and back", async ({
  admin: page,
}) => {
  await page.goto(`${WORKSPACE}/serving`);
  const change = page.getByRole("button", { name: "Change switches of notifications" });
  await change.click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("within seconds");
  await dialog.getByLabel("The whole funnel: last slates and lists only").check();
  await dialog.getByLabel("Why").fill("drill");
  await dialog.getByRole("button", { name: "Apply" }).click();
  const row = page.getByRole("row").filter({ has: change });
  await expect(row).toContainText("lists only");
  await expect(row).toContainText("drill");
  await expect.poll(reasons, { timeout: 5_000 }).toContain("switched_to_lists");
  const answer = await recommend();
  expect(answer.items).toHaveLength(6);
  expect(answer.metadata.degradation.rung).toBeGreaterThanOrEqual(2);

  await change.click();
  await dialog.getByLabel("The whole funnel: last slates and lists only").uncheck();
  await dialog.getByRole("button", { name: "Apply" }).click();
  await expect(row).toContainText("everything on");
  await expect.poll(reasons, { timeout: 5_000 }).not.toContain("switched_to_lists");
});
