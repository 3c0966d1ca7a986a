import type { ModelManifest, SlateLogRecord } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { compareRequest } from "../explain/replayService";
import { listRecentSlates } from "../explain/service";
import { type BacktestedRequest, summariseBacktest } from "./backtest";

type Ctx = Pick<AppContext, "db" | "env" | "redis" | "lake" | "artifacts" | "now">;
type ModelName = ModelManifest["name"];

/** A page waits for it; what is not reached by then is said. */
const TIME_MAX_MS = 20_000;
/** Of recent requests, those that a ranker scored are taken; others are passed over. */
const LOOKED_AT = 200;

/**
 * Recorded requests once more: a replica makes their candidates and features again, and the candidate ranker orders them.
 * Nothing of it reaches a shopper.
 *
 * @throws AppError what the first request was refused with, when none could be compared
 */
export async function backtestRanker(
  ctx: Ctx,
  workspace: { id: string; slug: string },
  o: { ranker: { name: ModelName; version: number }; requests: number },
) {
  const recent = (await listRecentSlates(ctx, workspace, LOOKED_AT)).filter(isRanked).slice(0, o.requests);
  if (recent.length === 0)
    throw new AppError("conflict", "no recorded request to replay", {
      publicDetail:
        "There is no recent request that a ranker scored, so there is nothing to test on; send some first: npx shortlist simulate --duration 30s",
    });
  const untilMs = ctx.now().getTime() + TIME_MAX_MS;
  const compared: BacktestedRequest[] = [];
  const refused = new Map<string, number>();
  let first: unknown = null;
  let notReached = 0;
  for (const { requestId, surface } of recent) {
    if (ctx.now().getTime() > untilMs) {
      notReached++;
      continue;
    }
    try {
      const { rows, n, nCandidates } = await compareRequest(ctx, workspace, { requestId, model: o.ranker });
      compared.push({ requestId, surface, n, nCandidates, rows });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      first ??= error;
      const reason = error.publicDetail ?? error.message;
      refused.set(reason, (refused.get(reason) ?? 0) + 1);
    }
  }
  if (compared.length === 0) throw first;
  return {
    ...summariseBacktest(compared),
    refused: [...refused].map(([reason, requests]) => ({ reason, requests })),
    notReached,
  };
}

function isRanked({ items, rung }: SlateLogRecord): boolean {
  return rung <= 1 && items.some(({ rankerPosition }) => rankerPosition !== null);
}
