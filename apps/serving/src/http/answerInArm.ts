import type { SlateRollout } from "@shortlist/contracts";
import type { Slate, SlateRequest } from "../funnel/types";
import { pickArm, type ServedWorkspace } from "../rollout/servedWorkspace";
import type { WorkspaceRuntime } from "../workspaces";
import { answerAnyway } from "./answerAnyway";
import type { HttpContext } from "./context";

export interface ArmAnswer {
  readonly slate: Slate;
  /** Null when no rollout is under way. */
  readonly rollout: SlateRollout | null;
}

export interface Question {
  readonly request: SlateRequest;
  readonly make: (runtime: WorkspaceRuntime, request: SlateRequest) => Promise<Slate>;
}

/**
 * Answers with the release of the shopper's arm. A candidate that fails costs its shopper nothing: the served release answers.
 * What the served release answered is offered to the candidate for comparison.
 */
export async function answerInArm(
  context: Pick<HttpContext, "logger" | "metrics" | "shadows">,
  { stable, rollout }: ServedWorkspace,
  { request, make }: Question,
): Promise<ArmAnswer> {
  const answerStable = () => answerAnyway(context, stable, { request, make: () => make(stable, request) });
  if (rollout === null) return { slate: await answerStable(), rollout: null };
  const arm = pickArm(rollout, request.shoppers);
  const logged = rollout.logged[arm];
  if (arm !== "candidate" || rollout.candidate === null) {
    const served = await answerStable();
    if (rollout.candidate !== null) context.shadows.offer(rollout.traffic, { request, served, make });
    return { slate: served, rollout: logged };
  }
  try {
    return { slate: await make(rollout.candidate, request), rollout: logged };
  } catch (error) {
    const { workspace, requestId, surface } = request;
    const { rolloutId } = logged;
    context.logger.error({ err: error, workspace, requestId, surface, rolloutId }, "a candidate failed");
    return { slate: withReason(await answerStable(), CANDIDATE_FAILED), rollout: logged };
  }
}

/** As the answer's `degradation.reasons` say it. */
const CANDIDATE_FAILED = "candidate_failed";

/** A copy, because a cache may hold what was answered. */
function withReason({ response, record, written: _before, ...slate }: Slate, reason: string): Slate {
  const { metadata } = response;
  const { degradation } = metadata;
  const reasons = [...degradation.reasons, reason];
  return {
    ...slate,
    response: { ...response, metadata: { ...metadata, degradation: { ...degradation, reasons } } },
    record: { ...record, degradationReasons: [...record.degradationReasons, reason] },
  };
}
