import type { TensorShape } from "@shortlist/contracts";

/** What parent and child of a probe say to each other. The channel keeps typed arrays. */
export interface RunRequest {
  readonly id: number;
  readonly input: string;
  readonly output: string;
  readonly rows: Float32Array;
  readonly count: number;
}

export interface ModelDescription {
  readonly inputs: readonly TensorShape[];
  readonly outputs: readonly TensorShape[];
}

export interface RunResult {
  readonly dtype: string;
  readonly dims: readonly number[];
  /** Null when it is not float32. */
  readonly data: Float32Array | null;
  readonly ms: number;
}

export type ProbeMessage =
  | { readonly type: "loaded"; readonly description: ModelDescription }
  | { readonly type: "unloadable"; readonly message: string }
  | { readonly type: "ran"; readonly id: number; readonly result: RunResult }
  | { readonly type: "failed"; readonly id: number; readonly message: string };
