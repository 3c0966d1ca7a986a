import type { SlateReplayInputs } from "@shortlist/contracts";
import type { RememberedSlate } from "../degrade/recentSlates";
import type { ShopperState } from "../ports/shopperStore";
import type { LoadedRelease } from "../release/loadedRelease";
import type { ShopperView } from "./shopperView";
import { normaliseQuery } from "./sources/search";
import type { SlateRequest } from "./types";

type Recorded = Pick<LoadedRelease, "items" | "rankers" | "catalog">;

/**
 * What a replay needs and the rest of the record does not say. Lists are handed on, not copied; what is empty is left
 * out, so that a stranger's record is some thirty bytes longer and no more.
 */
export function createReplayRecorder({ items, rankers, catalog }: Recorded) {
  const read = new Map<string, Set<string>>();
  for (const { inputs } of rankers.values())
    for (const { viewId, output } of inputs?.shopper ?? [])
      read.set(viewId, (read.get(viewId) ?? new Set()).add(output));

  return (o: {
    readonly request: SlateRequest;
    readonly state: ShopperState | null;
    readonly view: Pick<ShopperView, "blocked">;
    readonly remembered?: RememberedSlate | null;
    readonly list?: SlateReplayInputs["list"] | null;
  }): SlateReplayInputs => {
    const inputs: SlateReplayInputs = { catalogChanges: catalog.changes };
    const { state, request } = o;
    if (state !== null) {
      if (state.purchased.length > 0) inputs.purchased = state.purchased as string[];
      if (state.blocked.length > 0) inputs.blocked = state.blocked as string[];
      if (state.vector !== null) inputs.vector = encodeVector(state.vector);
      if (read.size > 0 && state.features !== undefined) inputs.features = pickValues(state.features, read);
    }
    // Known without the online store: acknowledged by this replica while it was away.
    else if (o.view.blocked.length > 0) inputs.blocked = o.view.blocked.map(items.idOf);
    if (o.remembered != null)
      inputs.remembered = {
        items: Array.from(o.remembered.rows, items.idOf),
        purchased: o.remembered.purchased.map(items.idOf),
        blocked: o.remembered.blocked.map(items.idOf),
      };
    if (o.list != null) inputs.list = o.list;
    const { queryText } = request;
    if (
      queryText !== undefined &&
      normaliseQuery(request.logContext.queryText as string | undefined) !== queryText
    )
      inputs.isTextWithheld = true;
    return inputs;
  };
}

function pickValues(
  features: NonNullable<ShopperState["features"]>,
  read: ReadonlyMap<string, ReadonlySet<string>>,
): NonNullable<SlateReplayInputs["features"]> {
  const picked: NonNullable<SlateReplayInputs["features"]> = {};
  for (const [viewId, outputs] of read) {
    const reading = features.get(viewId);
    if (reading === undefined) continue;
    const values: Record<string, number> = {};
    for (const output of outputs) {
      const value = reading.values[output];
      if (typeof value === "number" && Number.isFinite(value)) values[output] = value;
    }
    picked[viewId] = values;
  }
  return picked;
}

function encodeVector(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64");
}

/** @returns null for what is no vector */
export function decodeVector(base64: string): Float32Array | null {
  const bytes = Buffer.from(base64, "base64");
  return bytes.length === 0 || bytes.length % 4 !== 0
    ? null
    : new Float32Array(Uint8Array.from(bytes).buffer);
}
