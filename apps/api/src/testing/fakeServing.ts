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

/** A serving API that answers with one slate and accepts every event. */
export async function startFakeServing(itemIds: readonly string[]): Promise<FakeServing> {
  const calls: FakeServing["calls"] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      const body = JSON.parse(text) as Record<string, unknown>;
      calls.push({ path: request.url ?? "", authorization: request.headers.authorization ?? "", body });
      const answer = fake.answer ?? {
        status: 200,
        body:
          request.url === "/v1/events"
            ? accepted
            : request.url === "/v1/rules/preview"
              ? previewFor(body)
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
