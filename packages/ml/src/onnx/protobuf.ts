/**
 * Just enough of the protocol buffers wire format to write a message: varints, length-delimited fields and
 * strings. Fields are appended in call order. Source: protobuf.dev/programming-guides/encoding.
 */
export class ProtoWriter {
  private readonly chunks: Uint8Array[] = [];

  /** Integer field ≥ 0 (int32, int64, enum). */
  integer(field: number, value: number): this {
    this.varint(field * 8);
    this.varint(value);
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.varint(field * 8 + 2);
    this.varint(value.length);
    this.chunks.push(value);
    return this;
  }

  /** Repeated float32, packed. */
  floats(field: number, values: ArrayLike<number>): this {
    const raw = new Uint8Array(values.length * 4);
    const view = new DataView(raw.buffer);
    for (let i = 0; i < values.length; i++) view.setFloat32(4 * i, values[i]!, true);
    return this.bytes(field, raw);
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  message(field: number, value: ProtoWriter): this {
    return this.bytes(field, value.finish());
  }

  finish(): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(this.chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    let offset = 0;
    for (const chunk of this.chunks) {
      out.set(chunk, offset);
      offset += chunk.length;
    }
    return out;
  }

  private varint(value: number): void {
    const digits: number[] = [];
    let rest = value;
    while (rest >= 128) {
      digits.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    digits.push(rest);
    this.chunks.push(Uint8Array.from(digits));
  }
}
