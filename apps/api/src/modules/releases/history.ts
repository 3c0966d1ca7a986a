/** One stretch of time in which a model version served as part of a release. */
export interface ServingPeriod {
  readonly modelName: string;
  readonly version: number;
  readonly modelVersionId: string;
  readonly releaseId: string;
  readonly releaseNumber: number;
  readonly from: Date;
  /** Null while it serves. */
  readonly to: Date | null;
  readonly action: string;
  readonly actor: string;
  readonly reason: string;
}

export interface Activation {
  readonly releaseId: string;
  readonly releaseNumber: number;
  readonly models: readonly { readonly ref: string; readonly modelVersionId: string }[];
  readonly action: string;
  readonly actor: string;
  readonly reason: string;
  readonly at: Date;
}

/**
 * Periods from activations, given oldest first; newest first comes out. A version that goes on serving across
 * activations has one period per activation, because the release around it changed.
 */
export function computeServingPeriods(activations: readonly Activation[]): ServingPeriod[] {
  return activations
    .flatMap((activation, i) =>
      activation.models.map(({ ref, modelVersionId }) => ({
        ...parseModelRef(ref),
        modelVersionId,
        releaseId: activation.releaseId,
        releaseNumber: activation.releaseNumber,
        from: activation.at,
        to: activations[i + 1]?.at ?? null,
        action: activation.action,
        actor: activation.actor,
        reason: activation.reason,
      })),
    )
    .reverse();
}

/** `name@version`, the name of a version inside a release. */
export function toModelRef(modelName: string, version: number): string {
  return `${modelName}@${version}`;
}

export function parseModelRef(ref: string): { modelName: string; version: number } {
  const at = ref.lastIndexOf("@");
  return { modelName: ref.slice(0, at), version: Number(ref.slice(at + 1)) };
}
