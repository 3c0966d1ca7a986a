import { test as base, type Cookie, expect, type Page } from "@playwright/test";

export { expect };

/** What globalSetup left in the environment. */
export function setting(
  name: "E2E_WEB_URL" | "E2E_SERVING_URL" | "E2E_API_KEY" | "E2E_EMAIL" | "E2E_PASSWORD",
): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: globalSetup did not run`);
  return value;
}

export const WORKSPACE = "/w/sample";

interface Fixtures {
  /** Fails the test when the page wrote an error to the console or threw one. */
  readonly quietConsole: undefined;
  /** A page that an admin is signed in on. */
  readonly admin: Page;
}

interface WorkerFixtures {
  /** Cookies of one session for all journeys: signing in for each would meet the limit on sign-ins. */
  readonly adminCookies: Cookie[];
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  adminCookies: [
    async ({ browser }, use) => {
      const page = await browser.newPage({ baseURL: setting("E2E_WEB_URL") });
      await signInByApi(page, setting("E2E_EMAIL"), setting("E2E_PASSWORD"));
      await use(await page.context().cookies());
      await page.context().close();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ browserName: _ }, use) => use(setting("E2E_WEB_URL")),
  quietConsole: [
    async ({ context }, use) => {
      const errors: string[] = [];
      context.on("console", (message) => {
        // A refused call is for the page to show; the browser notes it as an error of its own.
        if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
          errors.push(message.text());
      });
      context.on("weberror", (error) => errors.push(error.error().message));
      await use(undefined);
      expect(errors, "the console stays quiet").toEqual([]);
    },
    { auto: true },
  ],
  admin: async ({ page, context, adminCookies }, use) => {
    await context.addCookies(adminCookies);
    await use(page);
  },
});

/** Signs in without the form, which has a journey of its own. */
export async function signInByApi(page: Page, email: string, password: string): Promise<void> {
  const answer = await page.request.post("/api/auth/sign-in/email", {
    data: { email, password },
    headers: { origin: setting("E2E_WEB_URL") },
  });
  expect(answer.status()).toBe(200);
}

/** The newest request that serving answered, made here so that there is one. */
export async function makeRequest(page: Page): Promise<string> {
  const answer = await page.request.post(`${setting("E2E_SERVING_URL")}/v1/recommend`, {
    data: { anonymousId: "journey-visitor", surface: "home_feed", n: 12 },
    headers: { authorization: `Bearer ${setting("E2E_API_KEY")}` },
  });
  expect(answer.status()).toBe(200);
  const { metadata } = (await answer.json()) as { metadata: { requestId: string } };
  return metadata.requestId;
}
