// First start: an administrator, a workspace with the simulated shop, its logs imported, models trained, a
// release served. Every part goes through the same commands a real shop would use.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { dataDir, root } from "./paths.mjs";
import { Refusal, step } from "./say.mjs";

const WORKSPACE = "sample";

/** Makes sure the sample shop is served; returns how to sign in and an API key of the sample workspace. */
export async function loadSampleShop(env) {
  const signInPath = join(dataDir, "sign-in.json");
  const signIn = existsSync(signInPath)
    ? JSON.parse(readFileSync(signInPath, "utf8"))
    : {
        email: "admin@shortlist.test",
        password: randomBytes(9).toString("base64url"),
        apiKey: null,
        userId: null,
      };

  await step("Preparing the first administrator and the sample workspace", async () => {
    await callApi(env, "POST", "/v1/setup", {
      email: signIn.email,
      password: signIn.password,
      name: "Admin",
    });
    await callApi(env, "PUT", `/v1/workspaces/${WORKSPACE}`, { name: "Sample shop" });
    if (signIn.apiKey === null) {
      const { key } = await callApi(env, "POST", `/v1/workspaces/${WORKSPACE}/keys`, {
        name: "sample storefront",
        scopes: ["recommend", "events", "catalog"],
      });
      signIn.apiKey = key;
      writeFileSync(signInPath, JSON.stringify(signIn, null, 2), { mode: 0o600 });
    }
  });

  const { currentRelease } = await callApi(env, "GET", `/v1/workspaces/${WORKSPACE}`);
  if (currentRelease === null) {
    const dir = join(dataDir, "sample-shop");
    const size = process.env.SHORTLIST_SAMPLE_ITEMS
      ? [
          "--items",
          process.env.SHORTLIST_SAMPLE_ITEMS,
          "--shoppers",
          process.env.SHORTLIST_SAMPLE_SHOPPERS ?? "1000",
        ]
      : [];
    // The history ends today, so that the shop's "this week" is ours.
    const today = new Date().toISOString().slice(0, 10);
    await cli(env, "Simulating 60 days of a shop", ["sample-shop", "write", dir, "--end", today, ...size]);
    await cli(env, "Importing its catalogue", [
      "import",
      join(dir, "catalog.jsonl"),
      "--mapping",
      "sample-catalog",
      "--workspace",
      WORKSPACE,
    ]);
    await cli(env, "Importing its logs", [
      "import",
      join(dir, "events.jsonl.gz"),
      "--mapping",
      "sample-events",
      "--workspace",
      WORKSPACE,
    ]);
    await cli(env, "Naming its shoppers", ["sample-shop", "name-shoppers", dir, "--workspace", WORKSPACE]);
    await cli(env, "Publishing feature views", [
      "features",
      "apply",
      "shopper_activity",
      "item_engagement",
      "session_activity",
      "--workspace",
      WORKSPACE,
      "--yes",
    ]);
    await cli(env, "Training and releasing", ["train", "--workspace", WORKSPACE, "--wait"]);
  }
  signIn.userId ??= firstShopper();
  writeFileSync(signInPath, JSON.stringify(signIn, null, 2), { mode: 0o600 });
  await step("Waiting for serving to take the release", () => waitUntilServed(env, signIn.apiKey));
  return signIn;
}

/** Of a shop that somebody else loaded, or whose folder is gone, no shopper is known by name. */
function firstShopper() {
  if (!existsSync(join(dataDir, "sample-shop", "shoppers.json"))) return null;
  const shoppers = JSON.parse(readFileSync(join(dataDir, "sample-shop", "shoppers.json"), "utf8"));
  return shoppers[0].userId;
}

async function waitUntilServed(env, apiKey) {
  const deadline = Date.now() + 60_000;
  let last = "no answer";
  while (Date.now() < deadline) {
    try {
      const answer = await fetch(`${env.SERVING_URL}/v1/recommend`, {
        method: "POST",
        headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
        body: JSON.stringify({ anonymousId: "first-visitor", surface: "home_feed", n: 5 }),
      });
      if (answer.status === 200) return;
      last = `${answer.status} ${(await answer.text()).slice(0, 300)}`;
    } catch (error) {
      last = String(error.cause ?? error);
    }
    await sleep(200);
  }
  throw new Refusal(
    `Serving did not answer with a slate within 60 s (${last}). Its log: ${join(dataDir, "logs", "serving.log")}`,
  );
}

async function callApi(env, method, path, body) {
  const answer = await fetch(`${env.API_URL}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${env.SERVICE_KEY}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Refusal(`${method} ${path} answered ${answer.status}: ${text.slice(0, 500)}`);
  return text === "" ? undefined : JSON.parse(text);
}

/** Runs one `shortlist` command, passing its progress lines through below the step's name. */
async function cli(env, name, args) {
  await step(
    name,
    () =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [join(root, "packages/cli/bin/shortlist.mjs"), ...args], {
          cwd: root,
          env,
          stdio: ["ignore", "pipe", "pipe"],
        });
        let output = "";
        let lastShownAt = 0;
        const keep = (chunk) => {
          output = (output + chunk).slice(-8000);
          const line =
            String(chunk)
              .trim()
              .split(/[\r\n]+/)
              .at(-1) ?? "";
          if (Date.now() - lastShownAt > 3000 && line !== "") {
            process.stdout.write(`\n    ${line.slice(0, 110)} `);
            lastShownAt = Date.now();
          }
        };
        child.stdout.on("data", keep);
        child.stderr.on("data", keep);
        child.on("close", (code) =>
          code === 0
            ? resolve()
            : reject(new Refusal(`shortlist ${args.join(" ")} failed:\n${output.slice(-2500)}`)),
        );
      }),
  );
}
