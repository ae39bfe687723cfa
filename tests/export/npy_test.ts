/**
 * The bytes of `.npy` files: NEP 1, version 1.0.
 */
import assert from "node:assert/strict";
import { npyHeader } from "../../lib/export/npy.ts";

/** What a header says, read as NEP 1 says it is to be read. */
function parse(header: Uint8Array) {
  const view = new DataView(header.buffer);
  const length = view.getUint16(8, true);
  return {
    magic: [...header.subarray(0, 8)],
    text: new TextDecoder().decode(header.subarray(10)),
    complete: header.length === 10 + length,
  };
}

Deno.test("npyHeader() is magic, version, length and a dictionary that ends at a multiple of 64", () => {
  for (const shape of [[3, 14, 14], [1_281_167, 24, 24], [7], [], [0, 2, 3], Array(60).fill(1)]) {
    const header = npyHeader(shape);
    assert.equal(header.length % 64, 0);
    const { magic, text, complete } = parse(header);
    assert.deepEqual(
      magic,
      [0x93, ..."NUMPY"].map((it) => typeof it === "string" ? it.charCodeAt(0) : it).concat([1, 0]),
    );
    assert(complete);
    const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
    const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
    assert.equal(text.trimEnd(), dictionary);
    assert(text.endsWith("\n"));
    assert.equal(text.indexOf("\n"), text.length - 1);
  }
});

Deno.test("npyHeader() keeps room for the line's end where the dictionary fills the block", () => {
  const lengths = Array.from({ length: 64 }, (_, axes) => npyHeader(Array(axes).fill(1)));
  for (const header of lengths) {
    assert.equal(header.length % 64, 0);
    assert.equal(header.at(-1), 10);
  }
});

Deno.test("npyHeader() refuses what is no shape", () => {
  for (const length of [-1, 0.5, NaN, 2 ** 60]) {
    assert.throws(() => npyHeader([2, length]), { name: "RangeError", message: /a length is/ });
  }
});
