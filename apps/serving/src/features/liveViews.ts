import type { ControlDocument, LiveFeatureView } from "@shortlist/contracts";
import { compileLiveView, type OnlineView } from "@shortlist/online";

/**
 * The feature views of all workspaces that can be read, from the control documents. Like keys they take effect at once:
 * a new backfill is read by the next request.
 */
export class LiveViews {
  private views: ReadonlyMap<string, readonly OnlineView[]> = new Map();

  replace(documents: readonly ControlDocument[]): void {
    const next = new Map<string, readonly OnlineView[]>();
    for (const { workspace, featureViews } of documents) {
      const known = this.views.get(workspace) ?? [];
      next.set(
        workspace,
        featureViews.map((live) => known.find((view) => isSame(view.live, live)) ?? compileLiveView(live)),
      );
    }
    this.views = next;
  }

  /** By `name@version`, or the newest live version of a name; null when none is live. */
  find(workspace: string, view: string): OnlineView | null {
    let found: OnlineView | null = null;
    for (const each of this.list(workspace)) {
      if (each.id === view) return each;
      if (each.live.view.name === view && (found?.live.view.version ?? 0) < each.live.view.version)
        found = each;
    }
    return found;
  }

  list(workspace: string): readonly OnlineView[] {
    return this.views.get(workspace) ?? [];
  }
}

function isSame(a: LiveFeatureView, b: LiveFeatureView): boolean {
  return (
    a.hash === b.hash &&
    a.view.name === b.view.name &&
    a.view.version === b.view.version &&
    a.batch?.generation === b.batch?.generation &&
    a.batch?.endMs === b.batch?.endMs
  );
}
