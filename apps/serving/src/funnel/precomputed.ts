import type { PrecomputedList, SlateReplayInputs } from "@shortlist/contracts";
import type { LoadedRelease } from "../release/loadedRelease";
import type { Picked, Screens } from "./answer";
import type { SlateEntry } from "./assemble";
import type { KnownShopper } from "./knowShopper";
import { type Activity, blendWithActivity } from "./listBlend";
import { orderCandidates } from "./order";
import type { RankOutcome } from "./rank";
import type { FunnelRun } from "./run";
import { combineScreens, DROP_REASONS, markExclusions, screenFlags } from "./screen";
import { findList, type ListUse, wantsList } from "./shopperList";

/** A shopper's precomputed list in rows of this release, best first. */
export interface ShopperList {
  readonly rows: Int32Array;
  /** 1-based rank in the list, and the ranker's score when it was made. */
  readonly ranks: Int32Array;
  readonly scores: Float32Array;
  readonly activity: Activity;
}

const RANKING: RankOutcome = {
  modelVersion: "precomputed",
  usedRanker: false,
  reason: null,
  nonFiniteScores: 0,
};

/** What mode `precomputed` answers from and what lies beneath the others. */
export interface ListServer {
  /** The slate from the shopper's list, or null when there is none that fills it: then the funnel runs. */
  pick(run: FunnelRun, shopper: KnownShopper, screens: Screens): Picked | null;
  /** The list in the order in which it would be shown, for a rung; null when there is none. */
  listRows(run: FunnelRun, shopper: KnownShopper): Int32Array | null;
  /** What a replay of the answer needs to know of it. */
  record(shopper: KnownShopper): SlateReplayInputs["list"] | null;
  /** Counts whether there was one, for answers that `pick` is not asked for. */
  note(run: FunnelRun, shopper: KnownShopper): void;
}

export function createListServer(loaded: LoadedRelease, use: ListUse): ListServer {
  const { items, marks, indexes } = loaded;
  const { releaseId } = loaded.release;
  const likeness = { content: indexes.content?.vectors ?? null, neighbors: indexes.neighbors };

  const open = (shopper: KnownShopper): ShopperList | null => {
    const list = findList(shopper.state, releaseId);
    return list === null ? null : { ...toRows(list, loaded), activity: listActivity(shopper, list, loaded) };
  };

  const pick: ListServer["pick"] = (run, shopper, { own, rules }) => {
    const { scratch, request, trace } = run;
    const note = (wasThere: boolean) => {
      if (request.isShadow !== true) use.note(wasThere);
    };
    const list = open(shopper);
    if (list === null) {
      trace.close("precomputed_list", 0, 0);
      note(false);
      return null;
    }
    const blended = new Float32Array(list.rows.length);
    blendWithActivity(list.rows, { activity: list.activity, likeness, scores: blended });
    marks.begin();
    markExclusions(marks, shopper.exclusions);
    const filter = combineScreens(own, rules?.countingScreen ?? null);
    const dropped: Record<string, number> = {};
    /** Rank and score in the list of each candidate. */
    const origins: { rank: number; score: number }[] = [];
    for (let r = 0; r < list.rows.length && origins.length < scratch.items.length; r++) {
      const item = list.rows[r]!;
      let reason = marks.get(item);
      if (reason < 0) reason = screenFlags(items.flags[item]!);
      if (reason < 0 && filter !== null) reason = filter(item);
      if (reason >= 0) {
        const name = DROP_REASONS[reason]!;
        dropped[name] = (dropped[name] ?? 0) + 1;
        continue;
      }
      scratch.items[origins.length] = item;
      scratch.scores[origins.length] = blended[r]!;
      origins.push({ rank: list.ranks[r]!, score: list.scores[r]! });
    }
    const count = origins.length;
    trace.close("precomputed_list", list.rows.length, count);
    // A list that filters or purchases have used up would be filled with what is popular; the funnel does better.
    note(count >= request.n);
    if (count < request.n) return null;
    Object.assign(run.dropped, dropped);
    rules?.shift(scratch.scores, scratch.items, count);
    const ordered = orderCandidates(loaded, run, { count, rules, ranking: RANKING });
    trace.close("rerank", count, ordered.ranked.length);
    const toListed = (entry: SlateEntry): SlateEntry => ({
      ...entry,
      slot: -1,
      listed: origins[entry.slot]!,
    });
    return {
      count: 0,
      ranking: RANKING,
      ranked: ordered.ranked.map(toListed),
      sponsored: ordered.sponsored.map((placed) => ({ ...placed, entry: toListed(placed.entry) })),
    };
  };

  return {
    pick,
    record(shopper) {
      const list = findList(shopper.state, releaseId);
      if (list === null) return null;
      const { madeAtMs, itemIds, scores } = list;
      const nSince = listActivity(shopper, list, loaded).count;
      return { madeAtMs, nSince, itemIds: [...itemIds], scores: [...scores] };
    },
    note({ request, surface }, { state }) {
      if (wantsList(surface, request) && request.isPreview !== true)
        use.note(findList(state, releaseId) !== null);
    },
    listRows({ request, surface }, shopper) {
      const list = wantsList(surface, request) ? open(shopper) : null;
      if (list === null) return null;
      const { rows } = list;
      const scores = new Float32Array(rows.length);
      blendWithActivity(rows, { activity: list.activity, likeness, scores });
      const order = Int32Array.from(rows.keys()).sort((a, b) => scores[b]! - scores[a]!);
      return order.map((r) => rows[r]!);
    },
  };
}

/** Items that have left the catalogue since leave the list. */
function toRows(
  { itemIds, scores }: PrecomputedList,
  { items }: LoadedRelease,
): Omit<ShopperList, "activity"> {
  const known = itemIds
    .map((id, i) => ({ row: items.find(id), rank: i + 1, score: scores[i]! }))
    .filter(({ row }) => row >= 0);
  return {
    rows: Int32Array.from(known, ({ row }) => row),
    ranks: Int32Array.from(known, ({ rank }) => rank),
    scores: Float32Array.from(known, ({ score }) => score),
  };
}

/** The page and the running session, and what the online store has seen since the list was made. */
function listActivity(
  { view, state, recentItems }: KnownShopper,
  { madeAtMs }: PrecomputedList,
  { items }: LoadedRelease,
): Activity {
  const session = recentItems.subarray(0, view.sessionCount);
  let count = view.sessionCount;
  state?.recentItems.forEach((id, i) => {
    if (state.recentAtMs[i]! <= madeAtMs) return;
    const row = items.find(id);
    if (row >= 0 && !session.includes(row)) count++;
  });
  return { items: recentItems, count: Math.min(count, view.recentCount) };
}
