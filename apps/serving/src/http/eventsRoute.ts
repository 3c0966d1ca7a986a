import { EventsRequest, type EventsResponse } from "@shortlist/contracts";
import { AppError, toFieldProblems } from "@shortlist/platform";
import type { FastifyInstance } from "fastify";
import type { Durability } from "../collect/durableLog";
import { readEvents } from "../collect/readEvents";
import { admit, type HttpContext } from "./context";

/** 500 events of about 2 kB. */
const BODY_MAX = 1024 * 1024;

export function registerEvents(app: FastifyInstance, context: HttpContext): void {
  app.post("/v1/events", { bodyLimit: BODY_MAX }, async (request): Promise<EventsResponse> => {
    const caller = admit(context, request, "events");
    const batch = EventsRequest.safeParse(request.body);
    if (!batch.success)
      throw new AppError("invalid_request", "events body", { fields: toFieldProblems(batch.error.issues) });
    const { accepted, rejected } = readEvents(batch.data.events, {
      workspace: caller.workspace,
      pseudonymKey: context.pseudonymKey,
      receivedAtMs: context.wallClock(),
    });
    const { metrics } = context;
    if (rejected.length > 0) metrics.events.inc({ outcome: "rejected" }, rejected.length);
    let durable: Durability;
    try {
      durable = await context.eventLog.append(caller.workspace, accepted);
    } catch (error) {
      metrics.events.inc({ outcome: "unavailable" }, accepted.length);
      throw error;
    }
    if (accepted.length === 0) return { accepted: 0, rejected };
    metrics.events.inc({ outcome: "accepted" }, accepted.length);
    return { accepted: accepted.length, rejected, durable };
  });
}
