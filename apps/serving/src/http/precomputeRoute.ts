import { PrecomputeRequest, type PrecomputeResponse } from "@shortlist/contracts";
import { AppError, toFieldProblems } from "@shortlist/platform";
import type { FastifyInstance } from "fastify";
import { precomputeLists } from "../precompute/precomputeLists";
import { admit, getRuntime, type HttpContext } from "./context";

/** 200 pseudonyms and some room. */
const BODY_MAX = 16 * 1024;

/** Computes and stores lists of shoppers. For the product's own job: a storefront's key may not. */
export function registerPrecompute(app: FastifyInstance, context: HttpContext): void {
  app.post("/v1/lists/precompute", { bodyLimit: BODY_MAX }, async (request): Promise<PrecomputeResponse> => {
    const { workspace } = admit(context, request, "admin");
    const parsed = PrecomputeRequest.safeParse(request.body);
    if (!parsed.success)
      throw new AppError("invalid_request", "precompute body", {
        fields: toFieldProblems(parsed.error.issues),
      });
    const { loaded, funnel } = getRuntime(context, workspace);
    const { surface } = parsed.data;
    if (!loaded.surfaces.has(surface))
      throw new AppError("invalid_request", `surface ${surface} is not in the release`, {
        fields: [{ field: "surface", problem: "the release has no such surface: publish one that has" }],
      });
    const answer = await precomputeLists(parsed.data, {
      workspace,
      releaseId: loaded.release.releaseId,
      funnel,
      lists: context.lists,
      isBusy: context.isBusy,
      now: context.now,
      wallClock: context.wallClock,
    });
    context.metrics.precomputed.inc({ outcome: "written" }, answer.written);
    for (const { reason } of answer.skipped) context.metrics.precomputed.inc({ outcome: reason });
    return answer;
  });
}
