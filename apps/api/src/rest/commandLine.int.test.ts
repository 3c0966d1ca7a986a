import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { controlRollouts } from "../modules/rollouts/controllerService";
import { createRankerPackage, publishTestRelease } from "../testing/packages";
import { measureWell } from "../testing/rollouts";
import { createTestApp, SERVICE_KEY, type TestApp } from "../testing/testApp";

// The command line as it is shipped, bundled and run as a process, against a real API: what it prints, and with which
// code it ends. 0 done, 1 refused, 2 wrongly typed.

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const cli = join(root, "packages/cli");
const run = promisify(execFile);

const canary = (candidatePct: number) => ({ kind: "canary", candidatePct, dwellMinutes: 600 });
const PLAN = {
  steps: [{ kind: "shadow", sharePct: 10, dwellMinutes: 0 }, canary(5), canary(50)],
  approvalFromPct: 50,
  guardrails: [],
  holdback: null,
  requestsMin: 0,
};

let app: TestApp;
let url: string;
let dir: string;
let slug: string;

beforeAll(async () => {
  await run(process.execPath, [join(root, "scripts/bundle.mjs"), "dist/tested", "src/main.ts"], { cwd: cli });
  app = await createTestApp();
  url = await app.server.listen({ host: "127.0.0.1", port: 0 });
  dir = await mkdtemp(join(tmpdir(), "shortlist-cli-"));
  const workspace = await app.createWorkspace();
  slug = workspace.slug;
  await publishTestRelease(app.ctx, workspace.id);
  const { manifest, artifacts } = createRankerPackage("tiny");
  await writeFile(join(dir, "model.onnx"), artifacts[0]!.bytes);
  await writeFile(join(dir, "manifest.json"), JSON.stringify(manifest));
  await writeFile(join(dir, "not.json"), "features: [a]");
  await writeFile(join(dir, "plan.json"), JSON.stringify(PLAN));
});
afterAll(async () => {
  await app.close();
  await rm(dir, { recursive: true, force: true });
  rmSync(join(cli, "dist/tested"), { recursive: true, force: true });
});

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `@x` is a file of the test. */
async function shortlist(
  line: string,
  o: { env?: Record<string, string>; workspace?: string | null } = {},
): Promise<Ended> {
  const words = (line.match(/"[^"]*"|\S+/g) ?? []).map((word) =>
    word.replaceAll('"', "").replace(/^@(?=[\w.]+$)/, `${dir}/`),
  );
  const workspace = o.workspace === undefined ? slug : o.workspace;
  const args = [...words, ...(workspace === null ? [] : ["--workspace", workspace])];
  // Nothing but what a pipeline elsewhere would have.
  const env = { PATH: process.env.PATH, SHORTLIST_DATA_DIR: dir, API_URL: url, SERVICE_KEY, ...o.env };
  return run(process.execPath, [join(cli, "dist/tested/main.js"), ...args], { env })
    .then(({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }))
    .catch((error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      out: error.stdout,
      err: error.stderr,
    }));
}

async function json(line: string) {
  const { code, out, err } = await shortlist(`${line} --json`);
  expect({ line, code, err }).toEqual({ line, code: 0, err: "" });
  return JSON.parse(out);
}

/** Nobody at a terminal is shown where in our code it happened. */
const TRACE = /\n\s+at |Error:/;

test.concurrent.each([
  // Wrongly typed: the option or argument by name, and what to write.
  ["model register --name tiny", 2, /required option '--model <file>'/],
  ["model register --name tiny --model @model.onnx", 2, /--manifest with features, or --features/],
  [
    "model register --name tiny --model @none.onnx --features a",
    2,
    /--model: .*none\.onnx cannot be read \(there is no such file/,
  ],
  [
    "model register --name tiny --model @model.onnx --manifest @none.json",
    2,
    /--manifest: .*there is no such file/,
  ],
  ["model register --name tiny --model @model.onnx --manifest @not.json", 2, /--manifest: .*is not JSON/],
  [
    "model register --name tiny --model @model.onnx --score-column first",
    2,
    /'--score-column <n>'.*whole number/,
  ],
  ["model show ranker", 2, /'ref'.*name@version/],
  ["model alias champion ranker", 2, /'ref'.*name@version/],
  ["model tag ranker@1 growth", 2, /key=value/],
  ["model archive ranker@", 2, /name@version/],
  ["model restore ranker@", 2, /name@version/],
  ["model delete", 2, /missing required argument 'ref'/],
  ["release publish --note better", 2, /'--ranker <ref>'/],
  ["release activate first --reason why", 2, /'number'.*such as 3/],
  ["release activate 1", 2, /'--reason <text>'/],
  ["rollout create", 2, /either --ranker name@version or --release number/],
  ["rollout create --ranker ranker@1 --release 1", 2, /either --ranker name@version or --release number/],
  ["rollout create --ranker ranker", 2, /'--ranker <name@version>'.*name@version/],
  ["rollout create --ranker ranker@1 --plan @none.json", 2, /--plan: .*there is no such file/],
  ["rollout show one", 2, /'number'/],
  ["rollout promote 1", 2, /'--reason <text>'/],
  ["rollout abort 1 --full", 2, /unknown option '--full'/],
  ["rollout extend 1 --reason slow --minutes soon", 2, /'--minutes <n>'.*above 0/],
  ["rollout rewind 1", 2, /unknown command 'rewind'/],
  // Refused by the API: the field and the remedy.
  [
    "model register --name Tiny --model @model.onnx --manifest @manifest.json",
    1,
    /name: use 1–64 lower-case letters/,
  ],
  [
    "model register --name tiny --model @model.onnx --features popularity --make-golden",
    1,
    /3 wide, the manifest has 1 features/,
  ],
  ["model show ranker@9", 1, /There is no version 9 of ranker/],
  ["model search owner:me", 1, /search: owner:me: is not understood/],
  ["model alias champion ranker@1", 1, /reason: is needed, because champion is protected/],
  ["model alias v3 ranker@1", 1, /reserved/],
  ["model unalias champion nobody", 1, /There is no model nobody/],
  ["model tag ranker@1 Team=growth", 1, /key: use 1–63 lower-case letters/],
  ["model archive ranker@9", 1, /There is no version 9/],
  ["model delete ranker@1", 1, /release 1 points? at it/],
  ["release publish --ranker ranker@9 --note better", 1, /There is no version ranker@9/],
  ["release activate 99 --reason better", 1, /no release 99/i],
  ["rollout create --ranker ranker@9", 1, /ranker@9|no version 9/],
  ["rollout show 99", 1, /no rollout 99/i],
  ["rollout hold 99", 1, /no rollout 99/i],
])("shortlist %s ends with %i and says what to do", async (line, code, said) => {
  const ended = await shortlist(line);
  expect({ code: ended.code, out: ended.out }).toEqual({ code, out: "" });
  expect(ended.err).toMatch(said);
  expect(ended.err).not.toMatch(TRACE);
});

test("models are registered, listed, found, shown, named, tagged, archived and deleted", async () => {
  const register = "model register --name tiny --model @model.onnx --manifest @manifest.json";
  expect((await shortlist(register)).out).toMatch(/^tiny@1: reads 3 columns, 1,000 rows in [\d.]+ ms\n$/);
  expect(await json(`${register} --description "of the test"`)).toMatchObject({ ref: "tiny@2" });
  const { models } = await json("model list");
  expect(models).toContainEqual(expect.objectContaining({ name: "tiny", nVersions: 2 }));
  expect((await shortlist("model list")).out).toMatch(
    /^ranker {2}ranker {2}1 versions {2}v1 serves in release 1$/m,
  );

  expect((await shortlist("model alias champion tiny@1 --reason first")).out).toBe(
    "champion is tiny@1 now\n",
  );
  expect((await shortlist("model alias champion tiny@1 --reason first")).out).toBe(
    "champion already was tiny@1\n",
  );
  expect((await shortlist('model tag tiny@1 "team=home feed"')).out).toBe("tiny@1: team=home feed\n");
  const found = await shortlist('model search "tag:team=home feed" alias:champion');
  expect(found.out).toMatch(/^tiny@1 {2}ranker {2}\S+ {2}champion\n$/);
  expect((await shortlist("model search is:archived")).out).toMatch(/^no version fits/);
  const shown = (await shortlist("model show tiny@1")).out;
  for (const fact of [
    /^tiny@1 {2}ranker$/m,
    /aliases +champion/,
    /tags +team=home feed/,
    /features +log_price/,
    /held by +alias champion/,
  ])
    expect(shown).toMatch(fact);
  expect(await json("model unalias champion tiny --reason over")).toMatchObject({ outcome: "moved" });
  expect((await shortlist("model tag tiny@1 team=")).out).toBe("tiny@1: no tag team\n");
  expect((await shortlist("model archive tiny@1")).out).toBe("tiny@1 is archived\n");
  expect((await shortlist("model show tiny@1")).out).toMatch(/^tiny@1 {2}ranker {2}archived$/m);
  expect((await shortlist("model restore tiny@1")).out).toBe("tiny@1 is back\n");
  expect((await shortlist("model delete tiny@2")).out).toBe("tiny@2 is deleted\n");
});

test("releases are published with another ranker, listed, and gone back to", async () => {
  await shortlist(
    "model register --name ranker --model @model.onnx --features log_price popularity content_similarity --make-golden",
  );
  const published = await shortlist('release publish --ranker ranker --note "a better one"');
  expect(published).toMatchObject({ code: 0, out: "release 2 is current\n" });
  expect((await shortlist("release list")).out).toMatch(/^\* +2 .* ranker@2 .*a better one/m);
  expect((await shortlist("release activate 1 --reason worse")).out).toBe("release 1 is current again\n");
  expect(await json("release activate 1 --reason worse")).toMatchObject({ action: "none" });
  expect((await json("release list")).releases.map((r: { isCurrent: boolean }) => r.isCurrent)).toEqual([
    false,
    true,
  ]);
});

test("a rollout is previewed, begun, watched, steered and ended", async () => {
  const create = "rollout create --release 2 --plan @plan.json";
  expect((await shortlist("rollout list")).out).toBe("no rollouts\n");
  const preview = (await shortlist(`${create} --preview`)).out;
  expect(preview).toMatch(/^against release 1:$/m);
  expect(preview).toMatch(/ranker@1 → ranker@2/);
  expect(preview).toMatch(/everybody has it for good by \d{4}-/);
  expect((await json("rollout list")).rollouts).toEqual([]);
  expect((await shortlist(`${create} --note "a better one"`)).out).toMatch(
    /^rollout 1; watch it: shortlist rollout show 1 --workspace \S+\n$/,
  );
  expect((await shortlist(create)).err).toMatch(/[Rr]ollout 1/);
  expect((await shortlist("rollout list")).out).toMatch(/^ +1 {2}\w+.*a better one/);
  expect((await shortlist("rollout hold 1")).out).toMatch(/^rollout 1: \w+, held\n$/);
  expect((await shortlist("rollout resume 1 --reason looked")).out).toMatch(/^rollout 1: \w+\n$/);
  expect((await json('rollout extend 1 --minutes 30 --reason "one more look"')).state).toBeDefined();
  const refused = { code: 1, err: expect.stringMatching(/\(POST .*: 409\)/) };
  expect(await shortlist("rollout promote 1 --reason looked")).toMatchObject(refused);
  // Replicas take the candidate, as far as the controller can tell.
  for (let i = 0; i < 3; i++)
    await controlRollouts(app.ctx, async (_ctx, _slug, { plan }) =>
      measureWell(app.ctx.now().getTime(), plan),
    );
  expect((await shortlist("rollout list")).out).toMatch(/canary, 5 % of shoppers/);
  expect((await shortlist("rollout promote 1 --reason looked")).err).toMatch(
    /second person to agree before 50 %/,
  );
  expect((await shortlist("rollout approve 1 --reason looked")).err).toMatch(
    /Who made a rollout cannot approve it/,
  );
  const body = { name: "second", scopes: ["admin"] };
  const { json: second } = await app.rest("POST", `/v1/workspaces/${slug}/keys`, { body });
  const asSecond = { env: { SERVICE_KEY: second.key } };
  expect((await shortlist("rollout refuse 1 --reason unsure", asSecond)).out).toBe(
    "rollout 1: canary, held\n",
  );
  expect((await shortlist("rollout resume 1 --reason looked")).out).toBe("rollout 1: canary\n");
  expect((await shortlist("rollout approve 1 --reason convinced", asSecond)).code).toBe(0);
  expect((await shortlist("rollout promote 1 --reason looked")).out).toBe("rollout 1: canary\n");
  expect((await shortlist("rollout list")).out).toMatch(/canary, 50 % of shoppers/);
  expect((await shortlist("rollout abort 1")).out).toBe("rollout 1: aborted\n");
  const shown = (await shortlist("rollout show 1")).out;
  expect(shown).toMatch(/^release 1 → 2$/m);
  for (const action of ["create", "hold", "resume", "refuse", "approve", "promote", "abort"])
    expect(shown).toMatch(new RegExp(`^  \\d+ \\S+ ${action} by`, "m"));
});

describe("what is around every command", () => {
  test("a workspace that is not there, and one that is none, are told apart", async () => {
    const nobody = await shortlist("model list", { workspace: "nobody" });
    expect(nobody).toMatchObject({ code: 1, err: expect.stringMatching(/workspace/i) });
    expect(await shortlist("model list", { workspace: "../x" })).toMatchObject({
      code: 2,
      err: expect.stringContaining("slug"),
    });
    expect((await shortlist("model list", { workspace: null })).err).toMatch(
      /required option '--workspace <slug>'/,
    );
  });

  test("an API that does not answer, a wrong key and a missing address say so", async () => {
    const away = await shortlist("release list", { env: { API_URL: "http://127.0.0.1:9" } });
    expect(away).toMatchObject({
      code: 1,
      err: expect.stringMatching(/No answer from the API at http:\/\/127/),
    });
    const wrong = await shortlist("release list", { env: { SERVICE_KEY: "x".repeat(40) } });
    expect(wrong).toMatchObject({ code: 1, err: expect.stringMatching(/key is not known or was revoked/) });
    const missing = await shortlist("release list", { env: { API_URL: "" } });
    expect(missing).toMatchObject({ code: 1, err: expect.stringContaining("API_URL") });
  });

  test.each(["model", "release", "rollout"])(
    "every command of %s describes itself and all it takes",
    async (group) => {
      const help = await shortlist(`${group} --help`, { workspace: null });
      expect(help.code).toBe(0);
      const names = [...help.out.matchAll(/^ {2}([a-z]+) \[options\]/gm)].map(([, name]) => name!);
      expect(names.length).toBeGreaterThan(2);
      await Promise.all(
        names.map(async (name) => {
          const { code, out } = await shortlist(`${group} ${name} --help`, { workspace: null });
          const lines = out.split("\n");
          const undescribed = lines.filter((line) => /^ {2}(--?\S+( <\S+>)?|\S+) *$/.test(line));
          expect({ name, code, undescribed }).toEqual({ name, code: 0, undescribed: [] });
          expect(lines[2]).not.toBe("");
        }),
      );
    },
  );
});
