import type { CandidateSource } from "../../ports/candidateSource";

/** What people put on a list: the first of every list, then the second of every list, each item once. */
export function createEditorialSource(): CandidateSource {
  return {
    name: "editorial",
    needsShopper: false,
    retrieve({ suggested }, quota, out) {
      if (suggested === null) return 0;
      let longest = 0;
      for (const list of suggested) longest = Math.max(longest, list.length);
      let count = 0;
      for (let r = 0; r < longest && count < quota; r++)
        for (const list of suggested) {
          if (r >= list.length || count === quota) continue;
          const item = list[r]!;
          if (suggested.length > 1 && isIn(out.items, count, item)) continue;
          out.items[count] = item;
          out.scores[count] = 1 / (r + 1);
          count++;
        }
      return count;
    },
  };
}

function isIn(items: Int32Array, count: number, item: number): boolean {
  for (let i = 0; i < count; i++) if (items[i] === item) return true;
  return false;
}
