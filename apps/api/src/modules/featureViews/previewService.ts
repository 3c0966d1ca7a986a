import { fileURLToPath } from "node:url";
import type { FieldProblem } from "@shortlist/contracts";
import { describeFeatureSql, type FeaturePreview, openLake, previewFeatureView } from "@shortlist/lake";
import { AppError } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { planApply } from "./decide";
import type { FieldChange } from "./diff";
import { listVersionRows } from "./repository";

/** Someone waits for it while typing. */
const PREVIEW_MS_MAX = 10_000;
/** The API's own heap and all other previews have to fit beside it. */
const PREVIEW_MEMORY = "1GB";
/** Each takes a processor or two for some seconds; the API has other callers. */
const PREVIEWS_AT_ONCE = 2;
const DAYS = 30;
/** Distributions of a feature hardly change beyond this many rows. */
const ROWS_MAX = 2_000;

let running = 0;

export interface DraftPreview {
  /** Everything wrong with the draft; the rest is null until there is nothing. */
  readonly problems: readonly FieldProblem[];
  /** The version that publishing would make; the published one when nothing changed. */
  readonly version: number | null;
  readonly isUnchanged: boolean;
  readonly changes: readonly FieldChange[];
  readonly sql: string | null;
  readonly data: FeaturePreview | { readonly state: "too_slow"; readonly seconds: number } | null;
}

/**
 * What a draft would be and compute: its problems, else its SQL and values on the rows there are, within ten seconds.
 * Runs in a database of its own, whose threads are not the one that answers requests.
 */
export async function previewDraft(
  ctx: Pick<AppContext, "db" | "env" | "now" | "logger">,
  workspace: { id: string; slug: string },
  o: { definition: unknown; signal?: AbortSignal | undefined },
): Promise<DraftPreview> {
  const published = (await listVersionRows(ctx.db, workspace.id)).map(({ view }) => view);
  const [plan] = planApply(published, [o.definition]);
  if (plan === undefined || plan.action === "refused")
    return {
      problems: plan?.problems ?? [],
      version: null,
      isUnchanged: false,
      changes: [],
      sql: null,
      data: null,
    };
  const data = await runPreview(ctx, o.signal, (lake) =>
    previewFeatureView(lake, plan.view, {
      workspace: workspace.slug,
      nowMs: ctx.now().getTime(),
      days: DAYS,
      rowsMax: ROWS_MAX,
    }),
  );
  return {
    problems: [],
    version: plan.version,
    isUnchanged: plan.action === "unchanged",
    changes: "changes" in plan ? plan.changes : [],
    sql: describeFeatureSql(plan.view),
    data,
  };
}

/** The distribution of a published version's features, as a preview of it would show. */
export async function previewPublished(
  ctx: Pick<AppContext, "db" | "env" | "now" | "logger">,
  workspace: { id: string; slug: string },
  o: { name: string; version: number; signal?: AbortSignal | undefined },
): Promise<{ sql: string; data: NonNullable<DraftPreview["data"]> }> {
  const rows = await listVersionRows(ctx.db, workspace.id, o.name);
  const row = rows.find(({ version }) => version === o.version);
  if (row === undefined)
    throw new AppError("not_found", `no feature view ${o.name}@${o.version}`, {
      publicDetail: `There is no feature view ${o.name}@${o.version} in this workspace`,
    });
  const nowMs = ctx.now().getTime();
  const options = { workspace: workspace.slug, nowMs, days: DAYS, rowsMax: ROWS_MAX };
  const data = await runPreview(ctx, o.signal, (lake) => previewFeatureView(lake, row.view, options));
  return { sql: describeFeatureSql(row.view), data };
}

async function runPreview(
  ctx: Pick<AppContext, "env" | "logger">,
  signal: AbortSignal | undefined,
  run: (lake: Awaited<ReturnType<typeof openLake>>) => Promise<FeaturePreview>,
): Promise<NonNullable<DraftPreview["data"]>> {
  if (running >= PREVIEWS_AT_ONCE)
    throw new AppError("rate_limited", "too many previews", {
      publicDetail: `${PREVIEWS_AT_ONCE} previews are being computed; try again in a few seconds`,
    });
  running++;
  const startedMs = performance.now();
  try {
    const lake = await openLake(fileURLToPath(ctx.env.LAKE_URL));
    const timeout = AbortSignal.timeout(PREVIEW_MS_MAX);
    const stop = signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
    const interrupt = () => lake.connection.interrupt();
    stop.addEventListener("abort", interrupt);
    try {
      stop.throwIfAborted();
      await lake.connection.run(`SET memory_limit = '${PREVIEW_MEMORY}'`);
      return await run(lake);
    } catch (error) {
      if (stop.aborted || isOutOfMemory(error))
        return { state: "too_slow", seconds: Math.ceil((performance.now() - startedMs) / 1000) };
      ctx.logger.error({ err: error }, "a preview failed");
      throw new AppError("dependency_down", "the lake could not be read", {
        publicDetail: "The archive of events could not be read; the API's log says why",
        cause: error,
      });
    } finally {
      stop.removeEventListener("abort", interrupt);
      lake.close();
    }
  } finally {
    running--;
  }
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("Out of Memory");
}
