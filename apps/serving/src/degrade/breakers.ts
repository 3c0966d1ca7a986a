import type { ReplicaStatus } from "@shortlist/contracts";
import { Breaker, type BreakerPolicy } from "./breaker";

interface Named {
  readonly name: string;
  readonly workspace: string | null;
  readonly breaker: Breaker;
}

/** All breakers of a process, for its status and metrics. */
export class Breakers {
  private readonly all: Named[] = [];

  constructor(
    readonly now: () => number,
    private readonly wallClock: () => number,
  ) {}

  /** `workspace` is null for what all workspaces share. */
  create(name: string, workspace: string | null = null, policy?: BreakerPolicy): Breaker {
    const breaker = new Breaker(this.now(), policy);
    this.all.push({ name, workspace, breaker });
    return breaker;
  }

  /** Those that all workspaces share, and of the others those with something to tell: there are a dozen to a workspace. */
  list(): ReplicaStatus["breakers"] {
    const wallOffsetMs = this.wallClock() - this.now();
    const telling = this.all.filter(
      ({ workspace, breaker }) => workspace === null || breaker.state !== "closed" || breaker.failures > 0,
    );
    return telling.map(({ name, workspace, breaker }) => ({
      name,
      workspace,
      state: breaker.state,
      failures: breaker.failures,
      sinceMs: Math.round(breaker.sinceMs + wallOffsetMs),
    }));
  }
}
