import type { ControlDocument } from "@shortlist/contracts";
import { listNeeded, type NeededRelease, type PlannedDocument, type ReleaseState } from "../release/plan";
import type { LoadOutcome, WorkspaceRuntime } from "../workspaces";
import { decideServedWorkspace, type ServedWorkspace } from "./servedWorkspace";

export type ReleaseLoader = (document: ControlDocument, needed: NeededRelease) => Promise<LoadOutcome>;

/**
 * The releases in the memory of a process, and what each does now. They are loaded once, when the process starts; from then
 * on control documents only say which of them answers whom.
 */
export class HeldReleases {
  /** What requests are answered by, by workspace. */
  readonly served = new Map<string, ServedWorkspace>();
  private readonly held = new Map<string, Map<string, WorkspaceRuntime>>();
  private documents: readonly PlannedDocument[] = [];
  /** Of releases that are not held: being loaded, or refused. */
  private absent: ReleaseState[] = [];

  constructor(private readonly loadOne: ReleaseLoader) {}

  /**
   * Loads what the documents need, the candidates of rollouts last, and serves it; what came by `update` meanwhile is in force
   * in the end. A release that is refused is not held, and its reason is in the result.
   */
  async load(documents: readonly PlannedDocument[]): Promise<ReleaseState[]> {
    const needed = listNeeded(documents);
    if (this.documents.length === 0) this.documents = documents;
    this.absent = needed.map((one) => toState(one, { state: "loading" }));
    for (const one of needed) {
      const document = documents.find(({ workspace }) => workspace === one.workspace)!;
      const outcome = await this.loadOne(document, one);
      const isOther = ({ workspace, releaseId }: ReleaseState) =>
        workspace !== one.workspace || releaseId !== one.release.releaseId;
      if (outcome.ok) {
        const releases = this.held.get(one.workspace) ?? new Map<string, WorkspaceRuntime>();
        this.held.set(one.workspace, releases.set(outcome.releaseId, outcome.runtime));
        this.absent = this.absent.filter(isOther);
      } else {
        const { reason } = outcome;
        this.absent = this.absent.map((state) =>
          isOther(state) ? state : toState(one, { state: "refused", reason }),
        );
      }
    }
    const newest = this.documents;
    // A document that came meanwhile may ask for what this process was not told to load.
    this.update(documents);
    this.update(newest);
    return this.list();
  }

  /** Rules, switches, shares of a rollout and which release is served take effect with the next request. */
  update(documents: readonly PlannedDocument[]): void {
    this.documents = documents;
    for (const workspace of this.served.keys())
      if (!documents.some((document) => document.workspace === workspace)) this.served.delete(workspace);
    for (const document of documents) {
      const { workspace, ruleSet, switches } = document;
      const releases = this.held.get(workspace);
      if (releases === undefined) continue;
      for (const runtime of releases.values()) {
        void runtime.rules.replace(ruleSet ?? null);
        runtime.degrader.replaceSwitches(switches ?? null);
      }
      const served = decideServedWorkspace(document, releases, this.served.get(workspace) ?? null);
      if (served === null) this.served.delete(workspace);
      else this.served.set(workspace, served);
    }
  }

  runtimes(): WorkspaceRuntime[] {
    return [...this.held.values()].flatMap((releases) => [...releases.values()]);
  }

  /** States of all releases, for the heartbeat. */
  list(): ReleaseState[] {
    const states = this.runtimes().map((runtime): ReleaseState => {
      const { workspace, loadMs } = runtime;
      const { releaseId } = runtime.loaded.release;
      const served = this.served.get(workspace);
      const held = { workspace, releaseId, reason: null, loadMs, nItems: runtime.loaded.items.nItems };
      if (served?.stable === runtime) return { ...held, state: "serving" };
      if (served?.rollout?.candidate !== runtime) return { ...held, state: "standby" };
      return { ...held, state: "candidate", rolloutId: served.rollout.traffic.rolloutId };
    });
    return [...states, ...this.absent];
  }
}

function toState(
  { workspace, release, rolloutId }: NeededRelease,
  o: { state: "loading" | "refused"; reason?: string },
): ReleaseState {
  return {
    workspace,
    releaseId: release.releaseId,
    state: o.state,
    reason: o.reason ?? null,
    loadMs: null,
    nItems: null,
    ...(rolloutId === null ? {} : { rolloutId }),
  };
}
