import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FeatureView, formatFeatureViewYaml } from "@shortlist/contracts";
import { compileFeaturePlan } from "@shortlist/ml";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatPlan } from "./formatPlan";
import { readViews } from "./readViews";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "views-"));
});
afterAll(() => rm(dir, { recursive: true }));

const write = async (name: string, text: string) => {
  const path = join(dir, name);
  await writeFile(path, text);
  return path;
};

test.each(["shopper_activity", "item_engagement", "session_activity"])(
  "the shipped view %s is what may be published, by its name alone",
  async (name) => {
    const [view] = await readViews([name]);
    const parsed = FeatureView.parse({ ...(view!.definition as object), version: 1 });
    expect(parsed.name).toBe(name);
    expect(compileFeaturePlan(parsed).outputs.length).toBeGreaterThan(5);
  },
);

test("a view written as YAML reads back as the same definition, whatever texts it holds", async () => {
  const names = ["shopper_activity", "item_engagement", "session_activity"];
  const shipped = (await readViews(names)).map(({ definition }) =>
    FeatureView.parse({ ...(definition as object), version: 3 }),
  );
  const text = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 20 }).filter((each) => !/\p{Cc}/u.test(each)),
    fc.constantFrom("yes", "null", "1d", "12", "1e3", "- a", "a: b", "# no", "'", "", " x", "~", "0x1f", "é"),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...shipped), text, async (view, word) => {
      const where = {
        any: [{ field: "context.kind", op: "eq", value: word }, { not: { field: "value", op: "exists" } }],
      };
      const odd = FeatureView.parse({
        ...view,
        owner: `o${word}`,
        description: word,
        fields: { "context.kind": { type: "text", pii: "none" } },
        source: { ...view.source, where },
      });
      const [back] = await readViews([await write("back.yaml", formatFeatureViewYaml(odd))]);
      expect(FeatureView.parse(back!.definition)).toEqual(odd);
    }),
    { seed: 42, numRuns: 200 },
  );
});

test("several documents and several files are read in order, empty documents left out", async () => {
  const two = await write("two.yaml", "name: a\n---\nname: b\n---\n");
  const one = await write("one.yaml", "# a comment\nname: c\n");
  const views = await readViews([two, one]);
  expect(views.map(({ definition }) => definition)).toEqual([{ name: "a" }, { name: "b" }, { name: "c" }]);
});

test("a problem stands at its line, also below keys with dots, and where nothing is at what is around it", async () => {
  const path = await write(
    "places.yaml",
    "name: a\nfields:\n  context.price: { type: number, pii: pii }\nfeatures:\n  - name: x\n    windows: [1h, 1m]\n---\nname: b\n",
  );
  const [a, b] = await readViews([path]);
  expect(a!.place("features.0.windows.1")).toBe(`${path}:6:19`);
  expect(a!.place("fields.context.price.pii")).toBe(`${path}:3:39`);
  expect(a!.place("features.0.op")).toBe(`${path}:5:5`);
  expect(a!.place("(top)")).toBe(`${path}:1:1`);
  expect(b!.place("owner")).toBe(`${path}:8:1`);
});

test.each([
  ["no YAML", "name: [a", /bad\.yaml:\d+:\d+ is not YAML/],
  ["nothing", "# only a comment\n", /bad\.yaml holds no feature view/],
])("a file with %s is refused by name", async (_what, text, message) => {
  await expect(readViews([await write("bad.yaml", text)])).rejects.toThrow(message);
});

test("a missing file names the shipped views", async () => {
  await expect(readViews([join(dir, "none.yaml")])).rejects.toThrow(/item_engagement/);
});

test("a plan shows what changes, who goes on reading the old version, and where what is wrong stands", async () => {
  const path = await write("plan.yaml", "name: a\n---\nname: b\nttl: 3x\n");
  const views = await readViews([path]);
  const consumer = {
    modelName: "ranker",
    modelVersion: 3,
    viewVersion: 1,
    releases: [{ number: 12, isCurrent: true }],
  };
  const text = formatPlan(views, [
    {
      action: "new_version",
      name: "a",
      version: 2,
      changes: [{ field: "ttl", before: null, after: "7d" }],
      consumers: [consumer],
    },
    {
      action: "refused",
      name: "b",
      problems: [{ field: "ttl", problem: "write a duration" }],
      consumers: [],
    },
  ]);
  expect(text.split("\n")).toEqual([
    `~ a  version 1 → 2  (${path})`,
    `    ttl: none → "7d"`,
    "    ranker@3 goes on reading version 1 (serving in release 12)",
    `! b  refused  (${path})`,
    `    ${path}:4:6  ttl: write a duration`,
    "",
    "0 new, 1 changed, 0 unchanged, 1 refused",
  ]);
});
