import type { Random } from "@shortlist/ml";

/** Unit vectors around a few centres, as embeddings of a real catalogue lie: `nearness` 0 is noise, 1 a point. */
export function createClusteredVectors(
  random: Random,
  o: { nItems: number; dims: number; clusters: number; noise: number },
): { vectors: Float32Array; clusterOf: Int32Array } {
  const centres = new Float32Array(o.clusters * o.dims);
  for (let i = 0; i < centres.length; i++) centres[i] = random.normal();
  const vectors = new Float32Array(o.nItems * o.dims);
  const clusterOf = new Int32Array(o.nItems);
  for (let item = 0; item < o.nItems; item++) {
    const cluster = random.int(o.clusters);
    clusterOf[item] = cluster;
    let square = 0;
    for (let d = 0; d < o.dims; d++) {
      const value = centres[cluster * o.dims + d]! + o.noise * random.normal();
      vectors[item * o.dims + d] = value;
      square += value * value;
    }
    const scale = 1 / Math.sqrt(square);
    for (let d = 0; d < o.dims; d++) vectors[item * o.dims + d]! *= scale;
  }
  return { vectors, clusterOf };
}

/** Neighbours within an item's cluster, k each, with falling strengths. */
export function createClusterNeighbors(random: Random, clusterOf: Int32Array, k: number) {
  const members = new Map<number, number[]>();
  clusterOf.forEach((cluster, item) => {
    const list = members.get(cluster);
    if (list === undefined) members.set(cluster, [item]);
    else list.push(item);
  });
  const nItems = clusterOf.length;
  const offsets = new Int32Array(nItems + 1);
  const items = new Int32Array(nItems * k);
  const scores = new Float32Array(nItems * k);
  let length = 0;
  for (let item = 0; item < nItems; item++) {
    const list = members.get(clusterOf[item]!)!;
    const seen = new Set([item]);
    for (let j = 0; j < k && seen.size < list.length; j++) {
      const other = list[random.int(list.length)]!;
      if (seen.has(other)) continue;
      seen.add(other);
      items[length] = other;
      scores[length] = 1 / (j + 2);
      length++;
    }
    offsets[item + 1] = length;
  }
  return { offsets, items: items.slice(0, length), scores: scores.slice(0, length) };
}
