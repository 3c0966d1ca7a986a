import type { AppContext } from "../../context";

type Ctx = Pick<AppContext, "db" | "lake" | "now" | "logger">;

export interface ClickThroughWindow {
  readonly slates: number;
  /** Slates on which at least one item was clicked, put into the cart or bought. */
  readonly clicked: number;
  /** clicked / slates, 0…1; null when there are too few slates to say. */
  readonly rate: number | null;
}

export interface ClickThrough {
  readonly asOf: Date;
  readonly last24Hours: ClickThroughWindow;
  /** The seven days before the last 24 hours. */
  readonly previous7Days: ClickThroughWindow;
}

/** Below this a rate moves by whole per cents with one click. */
export const SLATES_MIN = 100;
/** The archive grows every few seconds; a rate over a day does not need to be younger than this. */
const FRESH_MS = 60_000;
/** The page waits this long for a first figure, then shows without it. */
const WAIT_MS = 1_500;

export function toWindow(slates: number, clicked: number): ClickThroughWindow {
  return { slates, clicked, rate: slates < SLATES_MIN ? null : clicked / slates };
}

interface Entry {
  value: ClickThrough | null;
  refreshing: Promise<void> | null;
  askedAtMs: number;
}

/** Per database, because one process of the tests holds several. */
const caches = new WeakMap<object, Map<string, Entry>>();

/** Share of live slates that led to something, from the archive; null while it is not known yet. */
export async function getClickThrough(ctx: Ctx, workspace: string): Promise<ClickThrough | null> {
  const cache = caches.get(ctx.db) ?? new Map<string, Entry>();
  caches.set(ctx.db, cache);
  const entry = cache.get(workspace) ?? {
    value: null,
    refreshing: null,
    askedAtMs: Number.NEGATIVE_INFINITY,
  };
  cache.set(workspace, entry);
  const nowMs = ctx.now().getTime();
  if (entry.refreshing === null && nowMs - entry.askedAtMs > FRESH_MS) {
    entry.askedAtMs = nowMs;
    entry.refreshing = readClickThrough(ctx, workspace)
      .then(
        (value) => {
          entry.value = value;
        },
        (error) => ctx.logger.warn({ err: error, workspace }, "click-through could not be read"),
      )
      .finally(() => {
        entry.refreshing = null;
      });
  }
  if (entry.value === null && entry.refreshing !== null) {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, WAIT_MS);
    });
    await Promise.race([entry.refreshing, late]);
    clearTimeout(timer);
  }
  return entry.value;
}

const DAY_MS = 86_400_000;

async function readClickThrough(ctx: Ctx, workspace: string): Promise<ClickThrough | null> {
  const lake = await ctx.lake();
  if (!(await lake.hasRows(workspace, "slates"))) return null;
  const asOf = ctx.now();
  const clicks = (await lake.hasRows(workspace, "events"))
    ? `SELECT DISTINCT request_id FROM ${lake.scan(workspace, "events")}
        WHERE request_id IS NOT NULL AND type IN ('click', 'add_to_cart', 'purchase')`
    : "SELECT NULL AS request_id WHERE false";
  const reader = await lake.connection.runAndReadAll(
    `WITH shown AS (SELECT request_id, max(at_ms) AS at_ms FROM ${lake.scan(workspace, "slates")}
                     WHERE at_ms > $1 GROUP BY request_id),
          clicked AS (${clicks})
     SELECT shown.at_ms > $2 AS is_recent, count(*)::INTEGER AS slates, count(clicked.request_id)::INTEGER AS clicked
       FROM shown LEFT JOIN clicked USING (request_id) GROUP BY 1`,
    [asOf.getTime() - 8 * DAY_MS, asOf.getTime() - DAY_MS],
  );
  const windowOf = (isRecent: boolean) => {
    const row = reader.getRowObjectsJS().find(({ is_recent }) => is_recent === isRecent);
    return toWindow(Number(row?.slates ?? 0), Number(row?.clicked ?? 0));
  };
  return { asOf, last24Hours: windowOf(true), previous7Days: windowOf(false) };
}
