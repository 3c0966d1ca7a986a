import { EventsRequest, type EventsResponse } from "@shortlist/contracts";
import { AppError, toFieldProblems } from "@shortlist/platform";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Appended } from "../collect/durableLog";
import { readEvents } from "../collect/readEvents";
import { isKnownItem } from "../rollout/servedWorkspace";
import { admit, type HttpContext } from "./context";

/** 500 events of about 2 kB. */
const BODY_MAX = 1024 * 1024;

/**
 * The body, also of a beacon: what a browser sends after a page is gone is text and has no headers, so the key is in
 * the body. A header wins over it.
 */
function readBody(request: FastifyRequest): unknown {
  if (typeof request.body !== "string") return request.body;
  let body: unknown;
  try {
    body = JSON.parse(request.body);
  } catch {
    throw new AppError("invalid_request", "events beacon", {
      fields: [{ field: "(body)", problem: "send a JSON object" }],
    });
  }
  const { key } = (body ?? {}) as { key?: unknown };
  if (typeof key === "string") request.headers.authorization ??= `Bearer ${key}`;
  return body;
}

export function registerEvents(app: FastifyInstance, context: HttpContext): void {
  app.post("/v1/events", { bodyLimit: BODY_MAX }, async (request): Promise<EventsResponse> => {
    const body = readBody(request);
    const caller = admit(context, request, "events");
    const batch = EventsRequest.safeParse(body);
    if (!batch.success)
      throw new AppError("invalid_request", "events body", { fields: toFieldProblems(batch.error.issues) });
    const { workspace } = caller;
    const served = context.served.get(workspace);
    const { accepted, rejected, quarantined } = readEvents(batch.data.events, {
      workspace,
      pseudonymKey: context.pseudonymKey,
      receivedAtMs: context.wallClock(),
      rules: context.keys.rulesOf(workspace),
      isKnownItem: served === undefined ? null : (itemId) => isKnownItem(served, itemId),
    });
    const { metrics } = context;
    let appended: Appended;
    try {
      appended = await context.eventLog.append(workspace, { events: accepted, quarantined });
    } catch (error) {
      metrics.events.inc({ outcome: "unavailable" }, batch.data.events.length);
      throw error;
    }
    const { durability, setAside } = appended;
    const aside = setAside === null ? 0 : setAside.duplicate + setAside.velocity;
    if (rejected.length > 0) metrics.events.inc({ outcome: "rejected" }, rejected.length);
    if (aside > 0) metrics.events.inc({ outcome: "set_aside" }, aside);
    if (accepted.length > aside) metrics.events.inc({ outcome: "accepted" }, accepted.length - aside);
    return {
      accepted: accepted.length,
      rejected,
      durable: durability,
      ...(aside === 0 ? {} : { setAside: setAside! }),
    };
  });
}
