import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeFrames, encodeFrame } from "./frames";

const payload = fc.string({ unit: "binary", maxLength: 60 });

it("cut anywhere, a file gives back every whole frame before the cut and counts the rest as torn", () => {
  fc.assert(
    fc.property(fc.array(payload, { maxLength: 8 }), fc.nat(), (payloads, cut) => {
      const frames = payloads.map(encodeFrame);
      const whole = Buffer.concat(frames);
      const bytes = whole.subarray(0, whole.length === 0 ? 0 : cut % (whole.length + 1));
      let end = 0;
      const kept = payloads.filter((_, i) => {
        if (end + frames[i]!.length > bytes.length) {
          end = Number.POSITIVE_INFINITY;
          return false;
        }
        end += frames[i]!.length;
        return true;
      });
      const used = kept.reduce((sum, _, i) => sum + frames[i]!.length, 0);
      expect(decodeFrames(bytes)).toEqual({
        payloads: kept.map((text) => Buffer.from(text).toString()),
        tornBytes: bytes.length - used,
        damagedBytes: 0,
      });
    }),
  );
});

it("one changed byte costs the frame it is in and no other, and is told from a torn end", () => {
  fc.assert(
    fc.property(fc.array(payload, { minLength: 2, maxLength: 6 }), fc.nat(), fc.nat(), (payloads, f, b) => {
      const frames = payloads.map(encodeFrame);
      const hit = f % (frames.length - 1);
      frames[hit]![b % frames[hit]!.length]! ^= 0x5a;
      const decoded = decodeFrames(Buffer.concat(frames));
      const intact = payloads.filter((_, i) => i !== hit).map((text) => Buffer.from(text).toString());
      expect(decoded).toEqual({ payloads: intact, tornBytes: 0, damagedBytes: frames[hit]!.length });
    }),
  );
});

it("an end that a power cut left full of zeros is torn, not damaged and not a frame", () => {
  const frame = encodeFrame("kept");
  expect(decodeFrames(Buffer.concat([frame, Buffer.alloc(100)]))).toEqual({
    payloads: ["kept"],
    tornBytes: 100,
    damagedBytes: 0,
  });
});
