import fc from "fast-check";
import { expect, it } from "vitest";
import { ScoreHeap } from "./scoreHeap";

it("gives rows back in order of score, however they were put in, replaced and dropped, beyond its first size too", () => {
  const step = fc.record({ does: fc.constantFrom("push", "push", "replace", "drop"), score: fc.integer() });
  fc.assert(
    fc.property(
      fc.constantFrom(1 as const, -1 as const),
      fc.array(step, { maxLength: 60 }),
      (sign, steps) => {
        const heap = new ScoreHeap(sign, 2);
        const scores = Float32Array.from(steps, (each) => each.score);
        const model: number[] = [];
        const inOrder = () => model.sort((a, b) => sign * (a - b));
        steps.forEach(({ does }, i) => {
          if (does === "push") heap.push(scores, i, i);
          else if (model.length === 0) return;
          else {
            inOrder().shift();
            if (does === "drop") heap.dropFirst();
            else heap.replaceFirst(scores, i, i);
          }
          if (does !== "drop") model.push(scores[i]!);
          expect(heap.size).toBe(model.length);
          if (model.length === 0) return;
          expect(heap.firstScore).toBe(inOrder()[0]);
          expect(scores[heap.firstRow]).toBe(heap.firstScore);
        });
      },
    ),
  );
});
