import type { ModelManifest } from "@shortlist/contracts";

export interface Contribution {
  readonly feature: string;
  readonly value: number;
  /** weight · (value − mean): how far this feature moved the logit from the average item's. */
  readonly contribution: number;
}

export type ContributionsResult =
  | { readonly status: "ok"; readonly contributions: readonly Contribution[] }
  | {
      readonly status: "no_data";
      readonly reason: "features_not_logged" | "model_not_linear" | "width_mismatch";
    };

/**
 * Additive explanation of one scored item under a linear ranker, largest effect first.
 *
 *   logit = b + Σ wᵢ·xᵢ,   contributionᵢ = wᵢ · (xᵢ − meanᵢ)
 */
export function computeContributions(
  manifest: Pick<ModelManifest, "features" | "linear"> | null,
  values: readonly number[] | null,
): ContributionsResult {
  if (values === null) return { status: "no_data", reason: "features_not_logged" };
  if (manifest === null || manifest.linear === null) return { status: "no_data", reason: "model_not_linear" };
  const { features, linear } = manifest;
  const widths = [values.length, linear.weights.length, linear.means.length];
  if (widths.some((width) => width !== features.length))
    return { status: "no_data", reason: "width_mismatch" };
  const contributions = features.map(({ name }, i) => ({
    feature: name,
    value: values[i]!,
    contribution: linear.weights[i]! * (values[i]! - linear.means[i]!),
  }));
  contributions.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  return { status: "ok", contributions };
}
