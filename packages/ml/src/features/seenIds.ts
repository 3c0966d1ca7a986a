import { mix32 } from "../random/hash";

// The event ids a row has counted, so that a copy is counted once. A row of a popular item remembers thousands, and
// whole ids would be nearly all of its state: kept are 60 bits of a hash of each, as ten characters.

const CODE_LENGTH = 10;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** Ids are forgotten by groups, a quarter of the allowed lateness each: one that is kept a little longer does no harm. */
const GROUPS_PER_LATENESS = 4;

interface Group {
  readonly startMs: number;
  /** Codes, one behind the other. */
  text: string;
  /** The same codes to look up, made when first asked. */
  codes: Set<string> | null;
}

/**
 * A set of event ids with their times.
 *
 * A new event is taken for a copy by mistake with probability n / 2⁶⁰, n being the ids remembered: 9e-14 for a row
 * with 100,000 of them. At a thousand events a second on such rows that is one event in 360 years.
 */
export class SeenIds {
  private readonly groups: Group[] = [];
  private readonly groupMs: number;

  constructor(latenessMs: number) {
    this.groupMs = Math.max(1, Math.floor(latenessMs / GROUPS_PER_LATENESS));
  }

  get size(): number {
    return this.groups.reduce((n, { text }) => n + text.length / CODE_LENGTH, 0);
  }

  has(eventId: string): boolean {
    if (this.groups.length === 0) return false;
    const code = encodeId(eventId);
    return this.groups.some((group) => openCodes(group).has(code));
  }

  add(eventId: string, timeMs: number): void {
    const startMs = Math.floor(timeMs / this.groupMs) * this.groupMs;
    let at = this.groups.length;
    while (at > 0 && this.groups[at - 1]!.startMs > startMs) at--;
    let group = this.groups[at - 1];
    if (group === undefined || group.startMs !== startMs) {
      group = { startMs, text: "", codes: null };
      this.groups.splice(at, 0, group);
    }
    const code = encodeId(eventId);
    group.text += code;
    group.codes?.add(code);
  }

  /** Forgets the groups whose events all lie before `timeMs`. */
  forgetBefore(timeMs: number): void {
    let gone = 0;
    while (gone < this.groups.length && this.groups[gone]!.startMs + this.groupMs <= timeMs) gone++;
    if (gone > 0) this.groups.splice(0, gone);
  }

  /** `start codes` of each group, in ascending order of start. */
  *toLines(): Iterable<string> {
    for (const { startMs, text } of this.groups) yield `${startMs} ${text}`;
  }

  /** Takes back a line of `toLines`; lines come in their order. */
  restoreLine(line: string): void {
    const space = line.indexOf(" ");
    this.groups.push({ startMs: Number(line.slice(0, space)), text: line.slice(space + 1), codes: null });
  }
}

function openCodes(group: Group): Set<string> {
  if (group.codes !== null) return group.codes;
  const codes = new Set<string>();
  for (let i = 0; i < group.text.length; i += CODE_LENGTH) codes.add(group.text.slice(i, i + CODE_LENGTH));
  group.codes = codes;
  return codes;
}

/** 60 of 64 hash bits as ten characters of base64url. */
function encodeId(eventId: string): string {
  return encode30(hashUtf16(eventId, 0)) + encode30(hashUtf16(eventId, 0x9747b28c));
}

function encode30(hash: number): string {
  return (
    ALPHABET[hash >>> 26]! +
    ALPHABET[(hash >>> 20) & 63]! +
    ALPHABET[(hash >>> 14) & 63]! +
    ALPHABET[(hash >>> 8) & 63]! +
    ALPHABET[(hash >>> 2) & 63]!
  );
}

/**
 * MurmurHash3 x86 32 over the UTF-16 code units, two to a block. Its rotations make two seeds independent in all
 * bits; the low bits of FNV-1a are the same under every seed.
 */
function hashUtf16(text: string, seed: number): number {
  let h = seed;
  for (let i = 0; i < text.length; i += 2) {
    let k = text.charCodeAt(i) | (i + 1 < text.length ? text.charCodeAt(i + 1) << 16 : 0);
    k = Math.imul(k, 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    h ^= k;
    h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
  }
  return mix32(h ^ (text.length * 2));
}
