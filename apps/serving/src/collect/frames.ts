import { crc32 } from "node:zlib";

// A frame: four marker bytes, length and CRC-32 of the payload as little-endian 32-bit integers, the payload. No
// byte of the marker occurs in UTF-8, so inside the JSON of a payload it cannot be met.
const MARKER = Buffer.from([0xf5, 0xfb, 0xfc, 0xfe]);
const HEADER_BYTES = 12;

export function encodeFrame(payload: string): Buffer {
  const length = Buffer.byteLength(payload);
  const frame = Buffer.allocUnsafe(HEADER_BYTES + length);
  MARKER.copy(frame);
  frame.write(payload, HEADER_BYTES);
  frame.writeUInt32LE(length, 4);
  frame.writeUInt32LE(crc32(frame.subarray(HEADER_BYTES)), 8);
  return frame;
}

export interface DecodedFrames {
  readonly payloads: string[];
  /** Bytes after the last whole frame: a write that was cut short, so nobody was told it is stored. */
  readonly tornBytes: number;
  /** Bytes that are no frame although whole frames follow: the disk lost what it had promised to keep. */
  readonly damagedBytes: number;
}

/** All whole frames of a file, in order. What does not check out is passed over and counted. */
export function decodeFrames(bytes: Buffer): DecodedFrames {
  const payloads: string[] = [];
  let at = 0;
  let badFrom = 0;
  let damagedBytes = 0;
  while (at < bytes.length) {
    const end = findFrameEnd(bytes, at);
    if (end < 0) {
      const next = bytes.indexOf(MARKER, at + 1);
      at = next < 0 ? bytes.length : next;
      continue;
    }
    damagedBytes += at - badFrom;
    payloads.push(bytes.toString("utf8", at + HEADER_BYTES, end));
    at = end;
    badFrom = end;
  }
  return { payloads, damagedBytes, tornBytes: bytes.length - badFrom };
}

/** Where the frame at `at` ends, or −1 when there is no whole one. */
function findFrameEnd(bytes: Buffer, at: number): number {
  if (at + HEADER_BYTES > bytes.length || bytes.compare(MARKER, 0, 4, at, at + 4) !== 0) return -1;
  const end = at + HEADER_BYTES + bytes.readUInt32LE(at + 4);
  if (end > bytes.length) return -1;
  return crc32(bytes.subarray(at + HEADER_BYTES, end)) === bytes.readUInt32LE(at + 8) ? end : -1;
}
