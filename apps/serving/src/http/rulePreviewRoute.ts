import { RulePreviewRequest, type RulePreviewResponse } from "@shortlist/contracts";
import { AppError, toFieldProblems } from "@shortlist/platform";
import type { FastifyInstance } from "fastify";
import { admit, getRuntime, type HttpContext } from "./context";
import { toSlateRequest } from "./recommendRoute";

/** 500 rules that name a thousand items each do not fit, hundreds of ordinary ones do. */
const BODY_MAX = 1024 * 1024;

/** What draft rules would make of requests: the real funnel twice, once with the rules in force and once with others. */
export function registerRulePreview(app: FastifyInstance, context: HttpContext): void {
  app.post("/v1/rules/preview", { bodyLimit: BODY_MAX }, async (request): Promise<RulePreviewResponse> => {
    const caller = admit(context, request, "admin");
    const parsed = RulePreviewRequest.safeParse(request.body);
    if (!parsed.success)
      throw new AppError("invalid_request", "rule preview body", {
        fields: toFieldProblems(parsed.error.issues),
      });
    const runtime = getRuntime(context, caller.workspace);
    const { rules } = parsed.data;
    const draft = await runtime.rules.compile({ setId: "0".repeat(64), rules });
    const previews: RulePreviewResponse["previews"] = [];
    for (const [i, body] of parsed.data.requests.entries()) {
      const asked = toSlateRequest(body, {
        workspace: caller.workspace,
        pseudonymKey: context.pseudonymKey,
        traceparent: undefined,
        startedMs: context.now(),
        atMs: context.wallClock(),
      });
      const slateRequest = {
        ...asked,
        requestId: `preview_${i}`,
        ...(body.pseudonyms === undefined ? {} : { shoppers: body.pseudonyms }),
        isPreview: true,
      };
      const before = await runtime.funnel.recommend(slateRequest);
      const after = await runtime.funnel.recommend({
        ...slateRequest,
        rules: draft,
        startedMs: context.now(),
      });
      previews.push({ before: before.record, after: after.record });
    }
    return {
      previews,
      matched: rules.map(({ ruleId, match }) => ({
        ruleId,
        items: draft.matched.get(JSON.stringify(match))?.size ?? 0,
      })),
    };
  });
}
