import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createSlate } from "./slates";

export interface FakeServing {
  readonly url: string;
  readonly calls: { path: string; authorization: string; body: Record<string, unknown> }[];
  /** What the next calls are answered with instead. */
  answer: { status: number; body: unknown } | null;
  close(): Promise<void>;
}

const SERVED = {
  itemId: "sku-1",
  state: null,
  release: { releaseId: "0".repeat(64), number: 1, catalogChanges: 0 },
  rules: [],
};

const createTraceItem = (itemId: string, i: number, shown: number) => ({
  itemId,
  sources: [{ name: "popular", rank: i + 1, score: 1 }],
  drop: null,
  droppedBy: null,
  unionRank: i + 1,
  preRank: null,
  rankerRank: i + 1,
  rankerScore: 0.8 - 0.3 * i,
  rulesRank: i + 1,
  rulesScore: 0.8 - 0.3 * i,
  rerankRank: i + 1,
  gate: null,
  position: i < shown ? i : null,
});

/** A serving API that answers with one slate and accepts every event. */
export async function startFakeServing(itemIds: readonly string[]): Promise<FakeServing> {
  const calls: FakeServing["calls"] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      const body = JSON.parse(text === "" ? "{}" : text) as Record<string, unknown>;
      calls.push({ path: request.url ?? "", authorization: request.headers.authorization ?? "", body });
      const answer = fake.answer ?? {
        status: 200,
        body:
          request.url === "/v1/events"
            ? accepted
            : request.url === "/v1/rules/preview"
              ? previewFor(body)
              : request.url === "/v1/explain/replay"
                ? replayFor(body)
                : request.url?.endsWith("/state") === true
                  ? SERVED
                  : slateFor(body),
      };
      response
        .writeHead(answer.status, { "content-type": "application/json" })
        .end(JSON.stringify(answer.body));
    });
  });
  const accepted = { accepted: 1, rejected: [] };
  /** One slate a request; rules take the first item away. */
  const previewFor = (body: Record<string, unknown>) => {
    const rules = body.rules as { ruleId: string; revision: number }[];
    const before = createSlate("shop");
    const ruleHits = rules.map(({ ruleId, revision }) => ({
      rule: `${ruleId}@${revision}`,
      effect: "hide",
      items: 1,
    }));
    const after = { ...before, items: rules.length === 0 ? before.items : [], ruleHits };
    return {
      previews: (body.requests as unknown[]).map(() => ({ before, after })),
      matched: rules.map(({ ruleId }) => ({ ruleId, items: 1 })),
    };
  };
  /** The record again, with one more candidate than its items. */
  const replayFor = (body: Record<string, unknown>) => {
    const record = body.record as ReturnType<typeof createSlate>;
    const ids = [...record.items.map(({ itemId }) => itemId), "sku-below"];
    return {
      identical: true,
      causes: [],
      scoreDifferenceMax: 0,
      releaseId: record.releaseId,
      slate: record,
      trace: {
        sources: [],
        candidateLimit: 100,
        preRankKeep: null,
        items: ids.map((itemId, i) => createTraceItem(itemId, i, record.items.length)),
        features: {
          ranker: record.modelVersion,
          width: 3,
          itemIds: ids,
          rows: Buffer.from(Float32Array.from(ids.flatMap((_, i) => [1 + i, 0.5, 0.5 - i])).buffer).toString(
            "base64",
          ),
        },
      },
      whyNot:
        body.itemId === undefined
          ? null
          : { stage: "ranked_too_low", rank: 2, of: 2, score: 0.5, lastShownScore: 0.8 },
    };
  };
  const slateFor = (body: Record<string, unknown>) => ({
    items: itemIds.map((itemId, position) => ({
      itemId,
      score: 1 - position / 10,
      position,
      reason: "popular",
      price: null,
      sources: ["popular"],
      isSponsored: false,
    })),
    metadata: {
      requestId: body.requestId,
      latencyMs: 2,
      configVersion: "1-abc",
      modelVersion: "ranker@1",
      candidatesRetrieved: 10,
      candidatesScored: 10,
      degradation: { rung: 0, name: "full", reasons: [] },
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const fake: FakeServing = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    answer: null,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return fake;
}
