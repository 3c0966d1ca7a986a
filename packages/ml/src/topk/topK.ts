/**
 * Indexes of the k largest of `scores[0…count)`, best first, written to `outIdx`.
 *
 * Ties go to the lower index, so the same scores always give the same list. NaN and −Infinity are never
 * selected: masking an item is `scores[i] = -Infinity`.
 *
 * @param outIdx length ≥ min(k, count); slots beyond the returned number are left with unspecified content
 * @returns how many were written, ≤ min(k, count); 0 when nothing is selectable
 * Cost O(count + s·log k) with s the number of times the running top changes; no allocation.
 * Reference: a bounded binary min-heap kept inside `outIdx`, heap-sorted at the end.
 */
export function selectTopK(scores: Float32Array, count: number, k: number, outIdx: Int32Array): number {
  let size = 0;
  if (k <= 0) return 0;
  let floor = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const score = scores[i]!;
    // The root is the worst kept; a later equal score has a higher index and loses. False for NaN, too.
    if (!(score > floor)) continue;
    if (size < k) {
      siftUp(scores, outIdx, size, i);
      size++;
    } else {
      siftDown(scores, outIdx, size, i);
    }
    if (size === k) floor = scores[outIdx[0]!]!;
  }
  for (let end = size - 1; end > 0; end--) {
    const worst = outIdx[0]!;
    siftDown(scores, outIdx, end, outIdx[end]!);
    outIdx[end] = worst;
  }
  return size;
}

/** Puts `item` at leaf `at` of the heap in [0, at] and lets it rise while it is worse than its parent. */
function siftUp(scores: Float32Array, heap: Int32Array, at: number, item: number): void {
  const score = scores[item]!;
  let hole = at;
  while (hole > 0) {
    const parent = (hole - 1) >> 1;
    const other = heap[parent]!;
    const otherScore = scores[other]!;
    if (score > otherScore || (score === otherScore && item < other)) break;
    heap[hole] = other;
    hole = parent;
  }
  heap[hole] = item;
}

/** Replaces the root of the heap in [0, size) by `item` and lets it sink below every worse child. */
function siftDown(scores: Float32Array, heap: Int32Array, size: number, item: number): void {
  const score = scores[item]!;
  let hole = 0;
  for (;;) {
    let child = 2 * hole + 1;
    if (child >= size) break;
    let worst = heap[child]!;
    let worstScore = scores[worst]!;
    if (child + 1 < size) {
      const right = heap[child + 1]!;
      const rightScore = scores[right]!;
      if (rightScore < worstScore || (rightScore === worstScore && right > worst)) {
        child++;
        worst = right;
        worstScore = rightScore;
      }
    }
    if (score < worstScore || (score === worstScore && item > worst)) break;
    heap[hole] = worst;
    hole = child;
  }
  heap[hole] = item;
}
