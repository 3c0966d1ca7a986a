import type { Slate, SlateRequest } from "../funnel/types";
import type { WorkspaceRuntime } from "../workspaces";
import type { HttpContext } from "./context";

/**
 * The net under everything that was foreseen: an answer that could not be made is a defect, is logged and counted as one,
 * and the shopper gets popular items (S7).
 */
export async function answerAnyway(
  { logger, metrics }: Pick<HttpContext, "logger" | "metrics">,
  runtime: WorkspaceRuntime,
  o: { readonly request: SlateRequest; readonly make: () => Promise<Slate> },
): Promise<Slate> {
  try {
    return await o.make();
  } catch (error) {
    const { workspace, requestId, surface } = o.request;
    logger.error({ err: error, workspace, requestId, surface }, "a slate could not be made");
    metrics.failedSlates.inc({ surface });
    return runtime.funnel.serveLastResort(o.request, "funnel_failed");
  }
}
