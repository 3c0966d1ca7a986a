import type { ModelManifest } from "@shortlist/contracts";
import type { Ranker } from "../ports/ranker";
import { ReleaseRefused } from "./releaseRefused";

/** Rounding of float32 through a few layers stays well below; a wrong feature order does not. */
const GOLDEN_TOLERANCE = 1e-4;

/** Holds a ranker to its manifest: the golden rows give the scores they gave where the model was trained. */
export async function verifyRanker(ranker: Ranker, manifest: ModelManifest): Promise<void> {
  const golden = manifest.golden;
  if (golden === null || golden.inputs.length === 0 || golden.inputs.length !== golden.scores.length)
    throw new ReleaseRefused("golden_mismatch", `${ranker.ref} has no golden rows`);
  const features = Float32Array.from(golden.inputs.flat());
  if (features.length !== golden.inputs.length * ranker.width)
    throw new ReleaseRefused("golden_mismatch", `${ranker.ref}: golden rows are not ${ranker.width} wide`);
  const scores = new Float32Array(golden.inputs.length);
  try {
    await ranker.score(features, scores.length, scores);
  } catch (cause) {
    throw new ReleaseRefused("golden_mismatch", `${ranker.ref}: ${(cause as Error).message}`);
  }
  scores.forEach((score, row) => {
    const expected = golden.scores[row]!;
    if (!(Math.abs(score - expected) <= GOLDEN_TOLERANCE * Math.max(1, Math.abs(expected))))
      throw new ReleaseRefused(
        "golden_mismatch",
        `${ranker.ref}: golden row ${row} gives ${score}, not ${expected}`,
      );
  });
}
