import type { PrecomputedList } from "@shortlist/contracts";
import type { FeatureReading } from "@shortlist/ml";

/** What the online store holds for a shopper, in ids of the shop: releases differ in their rows. */
export interface ShopperState {
  /** Most recent first, with the time of the interaction in ms. */
  readonly recentItems: readonly string[];
  readonly recentAtMs: readonly number[];
  readonly purchased: readonly string[];
  readonly blocked: readonly string[];
  /** User vector in the asked embedding space; null when there is none. */
  readonly vector: Float32Array | null;
  /** The shopper's latest word is that nothing personal may be used (S11). */
  readonly isOptedOut: boolean;
  /** Readings of the feature views that were asked for, by view id. */
  readonly features?: ReadonlyMap<string, FeatureReading>;
  /** The list computed for the shopper of the surface that was asked for; null or absent when there is none. */
  readonly list?: PrecomputedList | null;
}

export type ShopperRead =
  | { readonly status: "ok"; readonly state: ShopperState }
  | {
      readonly status: "late" | "down";
      /** What the shopper is known to have hidden all the same. */
      readonly blocked?: readonly string[];
    };

/** One person of a workspace, known by one or two pseudonyms. */
export interface Person {
  readonly workspace: string;
  readonly shoppers: readonly string[];
}

export interface Wanted {
  /** Embedding space of the vector. */
  readonly spaceId: string;
  /** Feature views to read of the shopper, as `name@version`. One that is not live is left out. */
  readonly viewIds: readonly string[];
  /** Surface whose precomputed list is wanted too; absent: none is read. */
  readonly listSurface?: string | undefined;
}

export interface ShopperStore {
  /**
   * Reads one person in one round trip. Never throws and never takes longer than
   * `deadlineMs`: what is not there in time is `late`, and the caller goes on without it.
   */
  read(person: Person, wanted: Wanted, deadlineMs: number): Promise<ShopperRead>;
}
