/**
 * Item id → row of the item table, as an open-addressing table over the ids' own UTF-8 bytes. Costs 4 bytes per
 * slot at a load of at most 2/3; a Map of strings would cost about 100 bytes an item.
 */
export interface IdIndex {
  readonly nItems: number;
  /** Row of the item, or −1 when the table does not hold it. */
  find(id: string): number;
  /** The id of a row as the shop knows it. */
  idOf(index: number): string;
  readonly memoryBytes: number;
}

/** Longest id in bytes: ItemId allows 128 characters, of up to 4 bytes each. */
const ID_BYTES_MAX = 512;

export function createIdIndex(bytes: Uint8Array, offsets: Uint32Array): IdIndex {
  const nItems = offsets.length - 1;
  let capacity = 16;
  while (capacity * 2 < nItems * 3) capacity *= 2;
  const mask = capacity - 1;
  // Row + 1, so that zero means empty.
  const slots = new Uint32Array(capacity);
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const probe = Buffer.alloc(ID_BYTES_MAX);

  for (let row = 0; row < nItems; row++) {
    let slot = hashBytes(bytes, offsets[row]!, offsets[row + 1]!) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = row + 1;
  }

  const isAt = (row: number, length: number) => {
    const start = offsets[row]!;
    if (offsets[row + 1]! - start !== length) return false;
    for (let i = 0; i < length; i++) if (bytes[start + i] !== probe[i]) return false;
    return true;
  };

  return {
    nItems,
    memoryBytes: slots.byteLength,
    find(id) {
      if (id.length > ID_BYTES_MAX / 4) return -1;
      let length = id.length;
      for (let i = 0; i < length; i++) {
        const unit = id.charCodeAt(i);
        if (unit > 127) {
          length = probe.write(id, 0, "utf8");
          break;
        }
        probe[i] = unit;
      }
      let slot = hashBytes(probe, 0, length) & mask;
      for (let held = slots[slot]!; held !== 0; held = slots[slot]!) {
        if (isAt(held - 1, length)) return held - 1;
        slot = (slot + 1) & mask;
      }
      return -1;
    },
    // latin1 of ASCII ids is the same text and decodes several times faster, but ids may be any UTF-8.
    idOf: (index) => view.toString("utf8", offsets[index]!, offsets[index + 1]!),
  };
}

/** FNV-1a with the murmur3 finaliser: catalogue ids differ in their last digits, which FNV alone spreads badly. */
function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let h = 0x811c9dc5;
  for (let i = start; i < end; i++) h = Math.imul(h ^ bytes[i]!, 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
