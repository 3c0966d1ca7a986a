import type { AlsModel } from "./als";

/** scoresOut[i] = w_user · h_i for every item of the model. Cost nItems · factors. */
export function scoreFactors(model: AlsModel, user: number, scoresOut: Float32Array): void {
  const { factors, nItems, itemFactors, userFactors } = model;
  const start = user * factors;
  const w = Float64Array.from(userFactors.subarray(start, start + factors));
  for (let item = 0, at = 0; item < nItems; item++, at += factors) {
    let s0 = 0;
    let s1 = 0;
    let p = 0;
    for (; p + 1 < factors; p += 2) {
      s0 += w[p]! * itemFactors[at + p]!;
      s1 += w[p + 1]! * itemFactors[at + p + 1]!;
    }
    if (p < factors) s0 += w[p]! * itemFactors[at + p]!;
    scoresOut[item] = s0 + s1;
  }
}
