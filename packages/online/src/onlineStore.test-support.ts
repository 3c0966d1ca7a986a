import { randomBytes } from "node:crypto";
import { FeatureView, type LiveFeatureView, type StoredInteraction } from "@shortlist/contracts";
import { createFeatureState, type FeatureState, foldEvent, getTileStart } from "@shortlist/ml";
import { compileLiveView, type OnlineView } from "./onlineView";

export const DAY_MS = 86_400_000;

export const createToken = (): string => randomBytes(9).toString("base64url");

export function createView(o: Partial<FeatureView> = {}, batch: LiveFeatureView["batch"] = null): OnlineView {
  const view = FeatureView.parse({
    name: "activity",
    version: 1,
    owner: "tests",
    entity: "shopper",
    source: { types: ["view", "click"] },
    features: [{ name: "events", op: "count", windows: ["1h", "7d"] }],
    mode: "both",
    allowedLateness: "1h",
    freshnessObjectiveSeconds: 10,
    ...o,
  });
  return compileLiveView({ view, hash: "0".repeat(64), batch });
}

let created = 0;

export function createEvent(o: Partial<StoredInteraction> & { occurredAtMs: number }): StoredInteraction {
  return {
    eventId: `0192f0c1-0000-7000-8000-${String(created++).padStart(12, "0")}`,
    type: "click",
    itemId: "sku-1",
    shopper: "AAAAAAAAAAAAAAAAAAAAAA",
    anonymousShopper: null,
    sessionId: null,
    requestId: null,
    position: null,
    surface: null,
    receivedAtMs: o.occurredAtMs,
    value: null,
    currency: null,
    quantity: null,
    context: {},
    ...o,
  };
}

export function foldAll(view: OnlineView, events: readonly StoredInteraction[]): FeatureState {
  const state = createFeatureState(view.plan);
  for (const event of events) foldEvent(view.plan, state, event);
  return state;
}

/** The state a backfill that ended at `endMs` would have: all its events in tiles. */
export function foldBatch(
  view: OnlineView,
  events: readonly StoredInteraction[],
  endMs: number,
): FeatureState {
  const state = createFeatureState(view.plan);
  state.sealedMs = endMs;
  for (const event of events) foldEvent(view.plan, state, event);
  return state;
}

export const startOfDay = (atMs: number): number => getTileStart(atMs, DAY_MS);
