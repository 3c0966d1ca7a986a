import { ControlDocument, type FeatureStart, redisKeys } from "@shortlist/contracts";
import { FEATURE_STATE_FORMAT } from "@shortlist/ml";
import { compileLiveView, type OnlineView } from "@shortlist/online";
import type { Logger } from "@shortlist/platform";
import type { Redis } from "ioredis";

/** A view that is folded, and from where on. */
export interface StreamedView {
  readonly view: OnlineView;
  /** Null until the workspace's streams were caught up with for the view. */
  start: FeatureStart | null;
}

/** The views of all workspaces that are folded from the stream, by workspace. */
export type StreamedViews = ReadonlyMap<string, readonly StreamedView[]>;

/**
 * Follows the control documents. A view that stays the same keeps its compiled plan, so that the states in memory stay
 * those of that plan; a new backfill changes nothing here.
 */
export function createViewWatcher(redis: Redis, logger: Logger) {
  let views = new Map<string, StreamedView[]>();
  let texts: Readonly<Record<string, string>> = {};

  return {
    views: (): StreamedViews => views,
    /** Reads the documents again; on a failure the views stay as they are. Throws when Redis is away. */
    async refresh(): Promise<void> {
      const held = await redis.hgetall(redisKeys.control);
      const next = new Map<string, StreamedView[]>();
      for (const [workspace, text] of Object.entries(held)) {
        const known = views.get(workspace) ?? [];
        if (texts[workspace] === text) {
          if (known.length > 0) next.set(workspace, known);
          continue;
        }
        const streamed = compileViews(text, known, (problem) =>
          logger.warn(
            { workspace, problem },
            "a control document cannot be read; its views stay as they were",
          ),
        );
        if (streamed.length > 0) next.set(workspace, streamed);
        await forgetStarts(redis, workspace, { known, streamed });
      }
      views = next;
      texts = held;
    },
  };
}

/** A view that is folded no more and comes back one day has missed what lies between: it catches up again. */
async function forgetStarts(
  redis: Redis,
  workspace: string,
  { known, streamed }: { known: readonly StreamedView[]; streamed: readonly StreamedView[] },
): Promise<void> {
  const gone = known.map(({ view }) => view.id).filter((id) => !streamed.some(({ view }) => view.id === id));
  if (gone.length > 0) await redis.hdel(redisKeys.featureStarts(workspace, FEATURE_STATE_FORMAT), ...gone);
}

function compileViews(
  text: string,
  known: readonly StreamedView[],
  onProblem: (problem: string) => void,
): StreamedView[] {
  let document: ControlDocument;
  try {
    document = ControlDocument.parse(JSON.parse(text));
  } catch (error) {
    onProblem((error as Error).message);
    return [...known];
  }
  return document.featureViews
    .filter(({ view }) => view.mode !== "batch")
    .map((live) => {
      const same = known.find(({ view }) => view.live.hash === live.hash && view.id === idOf(live));
      return same ?? { view: compileLiveView(live), start: null };
    });
}

const idOf = ({ view }: ControlDocument["featureViews"][number]) => `${view.name}@${view.version}`;
