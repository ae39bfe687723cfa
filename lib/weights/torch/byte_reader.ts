/**
 * Reads numbers and texts off bytes, one after another.
 *
 * @module
 */

/** No number in a file of weights needs more bytes; to read one takes the square of them. */
const LONGEST_INTEGER = 64;

/** A place in bytes, which moves on with every read; all integers are little-endian. */
export class ByteReader {
  /** Of the next byte to read. */
  offset: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  /** Begins at an offset. */
  constructor(bytes: Uint8Array, offset = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.offset = offset;
  }

  /** One byte, 0…255. */
  byte(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  /** A whole number from 0 in 2, 4 or 8 bytes. */
  unsigned(size: 2 | 4 | 8): number {
    const start = this.#advance(size);
    if (size === 2) return this.#view.getUint16(start, true);
    if (size === 4) return this.#view.getUint32(start, true);
    return Number(this.#view.getBigUint64(start, true));
  }

  /** A whole number in 4 bytes, two's complement. */
  signed(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  /** A whole number of so many bytes, two's complement; a bigint where no number holds it. */
  long(size: number): number | bigint {
    if (size > LONGEST_INTEGER) throw new SyntaxError(`a number has ${size} bytes`);
    let value = 0n;
    for (const byte of this.bytes(size).toReversed()) value = value << 8n | BigInt(byte);
    const whole = size > 0 ? BigInt.asIntN(size * 8, value) : 0n;
    return BigInt(Number(whole)) === whole ? Number(whole) : whole;
  }

  /** A double, big-endian as pickles have it. */
  float(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  /** So many bytes, a view of the whole. */
  bytes(size: number): Uint8Array {
    const start = this.#advance(size);
    return this.#bytes.subarray(start, start + size);
  }

  /** So many bytes as UTF-8. */
  text(size: number): string {
    return new TextDecoder().decode(this.bytes(size));
  }

  /** So many bytes, each a character. */
  latin(size: number): string {
    return new TextDecoder("latin1").decode(this.bytes(size));
  }

  /** The text up to a line break, which is passed over. */
  line(): string {
    const end = this.#bytes.indexOf("\n".charCodeAt(0), this.offset);
    if (end < 0) throw new SyntaxError("it ends within a name");
    const text = this.text(end - this.offset);
    this.#advance(1);
    return text;
  }

  #advance(size: number): number {
    const start = this.offset;
    if (size < 0 || !(start + size <= this.#bytes.length)) {
      throw new SyntaxError(`it ends at byte ${this.#bytes.length}`);
    }
    this.offset = start + size;
    return start;
  }
}
