import { requireEnv } from "@shortlist/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startReplica, type TestReplica } from "../testing/replicaFixture";

let test: TestReplica;
beforeAll(async () => {
  test = await startReplica(requireEnv("TEST_REDIS_URL"));
});
afterAll(() => test.replica.close());

const NONE = {
  sourcesOff: [],
  rankerOff: false,
  explorationOff: false,
  listsOnly: false,
  candidateSharePct: 100,
};

it("switches of a control document are in force for the next request, named in the answer and taken back", async () => {
  const ask = async () => {
    const { status, body } = await test.post("/v1/recommend", { surface: "home_feed", userId: "u-1" });
    expect(status).toBe(200);
    return body.metadata as unknown as { degradation: { rung: number; reasons: string[] } };
  };
  const [document] = test.documents;
  expect((await ask()).degradation).toMatchObject({ rung: 0, reasons: [] });
  test.replica.update([{ ...document!, revision: 2, switches: { all: { ...NONE, rankerOff: true } } }], []);
  expect((await ask()).degradation).toMatchObject({ rung: 1 });
  expect((await ask()).degradation.reasons).toContain("ranker_switched_off");
  test.replica.update([{ ...document!, revision: 3, switches: { cart: { ...NONE, listsOnly: true } } }], []);
  expect((await ask()).degradation).toMatchObject({ rung: 0, reasons: [] });
  test.replica.update(
    [{ ...document!, revision: 4, switches: { home_feed: { ...NONE, listsOnly: true } } }],
    [],
  );
  expect((await ask()).degradation).toMatchObject({ rung: 2, reasons: ["switched_to_lists"] });
  test.replica.update([document!], []);
  expect((await ask()).degradation).toMatchObject({ rung: 0, reasons: [] });
});

it("a replica at rest reports no pressure, in its status and on /metrics", async () => {
  expect(test.replica.status().pressure).toBe(0);
  expect((await test.get("/metrics")).text).toMatch(/^shortlist_pressure 0$/m);
});
