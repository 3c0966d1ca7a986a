import { ItemId, ReplayRequest, type ReplayResponse, type ServedItem } from "@shortlist/contracts";
import { AppError, toFieldProblems } from "@shortlist/platform";
import type { FastifyInstance } from "fastify";
import { replaySlate } from "../explain/replaySlate";
import { describeServedItem } from "../explain/servedItem";
import { findRuntimeOf } from "../rollout/servedWorkspace";
import { admit, getRuntime, getServed, type HttpContext } from "./context";

/** A record with the features of a hundred items is some 100 kB; rules come on top. */
const BODY_MAX = 2 * 1024 * 1024;

/** For the control plane: a logged slate made once more with all that happened on the way, and one item as it is served. */
export function registerExplain(app: FastifyInstance, context: HttpContext): void {
  app.post("/v1/explain/replay", { bodyLimit: BODY_MAX }, async (request): Promise<ReplayResponse> => {
    const caller = admit(context, request, "admin");
    const parsed = ReplayRequest.safeParse(request.body);
    if (!parsed.success)
      throw new AppError("invalid_request", "replay body", { fields: toFieldProblems(parsed.error.issues) });
    const { record, rules, itemId } = parsed.data;
    if (record.workspace !== caller.workspace)
      throw refuse("record.workspace", `send a record of ${caller.workspace}, whose key this is`);
    const { loaded, rules: held } = findRuntimeOf(getServed(context, caller.workspace), record.releaseId);
    return replaySlate({ loaded, rules: held, now: context.now }, { record, givenRules: rules, itemId });
  });

  app.get<{ Params: { itemId: string } }>("/v1/items/:itemId/state", async (request): Promise<ServedItem> => {
    const caller = admit(context, request, "admin");
    const itemId = ItemId.safeParse(request.params.itemId);
    if (!itemId.success) throw refuse("itemId", "send an id of 1 to 128 characters");
    const { loaded, rules } = getRuntime(context, caller.workspace);
    return describeServedItem(loaded, rules.current, { itemId: itemId.data });
  });
}

function refuse(field: string, problem: string): AppError {
  return new AppError("invalid_request", `${field} cannot be explained`, { fields: [{ field, problem }] });
}
