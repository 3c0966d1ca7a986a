import fc from "fast-check";
import { expect, test } from "vitest";
import { createMessageId } from "./messageId";

test("ids are what BullMQ accepts: no colon, not all digits, whatever the row's id", () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), (jobId, attempts) => {
      const id = createMessageId("training.run", jobId, attempts);
      expect(id).toMatch(/^[A-Za-z0-9._-]+$/);
      expect(id).not.toMatch(/^\d+$/);
    }),
  );
});

test("each attempt has an id of its own, and the same attempt always the same", () => {
  expect(createMessageId("training.run", "a", 1)).toBe(createMessageId("training.run", "a", 1));
  expect(createMessageId("training.run", "a", 1)).not.toBe(createMessageId("training.run", "a", 2));
});
