/**
 * FNV-1a over the UTF-16 code units of a string, finished with the murmur3 mixer so that all 32 bits are
 * usable on their own. Not cryptographic.
 *
 * @param seed starting state; different seeds give independent hash functions
 * @returns unsigned 32-bit integer. Cost O(length).
 */
export function hashString(text: string, seed = 0): number {
  let h = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    h = Math.imul(h ^ (unit & 0xff), 0x01000193);
    h = Math.imul(h ^ (unit >>> 8), 0x01000193);
  }
  return mix32(h);
}

/** The finaliser of murmur3: a bijection of 32-bit integers in which every input bit moves every output bit. */
export function mix32(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
