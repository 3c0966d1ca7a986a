import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  encodePrecomputedList,
  type ListSkipReason,
  PRECOMPUTED_TTL_SECONDS,
  PrecomputeRequest,
  type PrecomputeResponse,
  redisKeys,
} from "@shortlist/contracts";
import type { Redis } from "ioredis";

export interface FakeListServing {
  readonly url: string;
  /** How often each shopper's list was computed. */
  readonly computed: Map<string, number>;
  readonly calls: number;
  /** The release it serves. */
  releaseId: string;
  /** Delay of an answer, ms. */
  delayMs: number;
  /** Why a shopper gets no list this time; null: they get one. */
  skip: (shopper: string) => ListSkipReason | null;
  /** Refuses connections while true, as a replica that is down. */
  isDown: boolean;
  close(): Promise<void>;
}

/** Takes the part of replicas: stores a list for each shopper, where a replica would. */
export async function startFakeListServing(
  redis: () => Redis,
  workspace: () => string,
): Promise<FakeListServing> {
  const computed = new Map<string, number>();
  let calls = 0;
  const answer = async (text: string): Promise<PrecomputeResponse> => {
    const { surface, shoppers } = PrecomputeRequest.parse(JSON.parse(text));
    const skipped: PrecomputeResponse["skipped"] = [];
    let bytes = 0;
    for (const shopper of shoppers) {
      const reason = fake.skip(shopper);
      if (reason !== null) {
        skipped.push({ shopper, reason });
        continue;
      }
      const list = { releaseId: fake.releaseId, madeAtMs: 1, itemIds: ["sku-1"], scores: [1] };
      const value = encodePrecomputedList(list);
      bytes += value.length;
      await redis().set(
        redisKeys.precomputed(workspace(), shopper, surface),
        value,
        "EX",
        PRECOMPUTED_TTL_SECONDS,
      );
      computed.set(shopper, (computed.get(shopper) ?? 0) + 1);
    }
    return { releaseId: fake.releaseId, written: shoppers.length - skipped.length, bytes, skipped };
  };
  const server = createServer((request, response) => {
    calls++;
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", async () => {
      if (fake.isDown) {
        request.socket.destroy();
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, fake.delayMs));
      const isPath = request.url === "/v1/lists/precompute";
      const body = isPath ? await answer(text) : { code: "not_found" };
      response
        .writeHead(isPath ? 200 : 404, { "content-type": "application/json" })
        .end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const fake = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    computed,
    get calls() {
      return calls;
    },
    releaseId: "",
    delayMs: 0,
    skip: (): ListSkipReason | null => null,
    isDown: false,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  } as FakeListServing;
  return fake;
}
