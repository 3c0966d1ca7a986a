import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EvaluateRequest, runEvaluation } from "./evaluate";
import { formatEvaluation } from "./formatResult";
import { EVALUATE_MODELS } from "./models";
import { IdMap, parseNegatives, parsePairs } from "./parseSplit";

const newIds = () => ({ users: new IdMap(), items: new IdMap() });

describe("parsePairs", () => {
  it("reads lists, tabbed pairs with extra columns, text ids, blank lines and CRLF alike", () => {
    const ids = newIds();
    expect(parsePairs({ file: "f", text: "u1 a b\r\n\r\nu2\tb\t5\t978300760\nu3\n" }, ids)).toEqual({
      users: [0, 0, 1],
      items: [0, 1, 1],
    });
    expect(ids.items.size).toBe(2);
  });

  it("names file, line and remedy", () => {
    expect(() => parsePairs({ file: "t.txt", text: "1 2\n3,4 5,6\n" }, newIds())).toThrow(
      /t\.txt, line 2 .*separate ids/,
    );
    expect(() => parsePairs({ file: "t.txt", text: "1\t\n" }, newIds())).toThrow(/line 1 has an empty/);
    expect(() => parsePairs({ file: "t.txt", text: "\n" }, newIds())).toThrow(/t\.txt holds no/);
  });
});

describe("parseNegatives", () => {
  it("reads the published format and refuses others by line", () => {
    const lines = parseNegatives({ file: "n", text: "(0,25)\t1064\t174\n(1, 3)\t7\n" }, newIds());
    expect(lines).toEqual([
      { user: 0, item: 0, negatives: Int32Array.of(1, 2) },
      { user: 1, item: 3, negatives: Int32Array.of(4) },
    ]);
    expect(() => parseNegatives({ file: "n", text: "(0,25)\t1\n0 25 1" }, newIds())).toThrow(
      /n, line 2 .*\(user,item\)/,
    );
    expect(() => parseNegatives({ file: "n", text: "(0,25)" }, newIds())).toThrow(/no negative items/);
  });
});

describe("runEvaluation", () => {
  let folder = "";
  let request: EvaluateRequest;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "evaluate-"));
    request = {
      trainFile: join(folder, "train.gz"),
      testFile: join(folder, "test.txt"),
      model: "popularity",
      k: 2,
      protocol: "full",
      options: {},
    };
    await writeFile(request.trainFile, gzipSync("1 a b c\n2 a b\n3 a d\n4 b c\n"));
    await writeFile(request.testFile, "2 c\n3 b\n");
    await writeFile(join(folder, "negatives.tsv"), "(2,c)\td\te\n(3,b)\tc\te\n");
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each(EVALUATE_MODELS)("measures %s by the full protocol", async (model) => {
    const result = await runEvaluation({ ...request, model, options: { factors: 2, lambda: 1 } }, () => 0);
    expect(result).toMatchObject({
      model,
      users: 2,
      data: { users: 4, items: 4, trainPairs: 9, testPairs: 2 },
    });
    expect(result.metrics.recallAtK).toBe(1);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    expect(formatEvaluation(result)).toContain("recall@2     1.0000");
  });

  it("measures by the sampled protocol", async () => {
    const sampled = {
      ...request,
      protocol: "sampled" as const,
      negativesFile: join(folder, "negatives.tsv"),
      k: 1,
    };
    expect((await runEvaluation(sampled, () => 0)).metrics).toEqual({ hitRateAtK: 1, ndcgAtK: 1 });
    await expect(runEvaluation({ ...sampled, negativesFile: undefined }, () => 0)).rejects.toThrow(
      /--negatives/,
    );
  });

  it("explains what is wrong with the files", async () => {
    await expect(runEvaluation({ ...request, trainFile: "/nowhere" }, () => 0)).rejects.toThrow(
      /nowhere .*check the path/,
    );
    await expect(runEvaluation({ ...request, testFile: request.trainFile }, () => 0)).rejects.toThrow(
      /not the same/,
    );
    await expect(
      runEvaluation({ ...request, model: "ease", options: { lambda: 0 } }, () => 0),
    ).rejects.toThrow(/lambda must be > 0/);
  });
});
