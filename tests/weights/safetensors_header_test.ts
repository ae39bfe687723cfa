import assert from "node:assert/strict";
import {
  float32Tensor,
  parseSafetensors,
  serialiseSafetensors,
} from "../../lib/weights/safetensors.ts";

/** A file of the given header and so many bytes of data, without any check. */
function fileOf(header: unknown, dataBytes = 0): Uint8Array {
  const json = new TextEncoder().encode(
    typeof header === "string" ? header : JSON.stringify(header),
  );
  const file = new Uint8Array(8 + json.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  return file;
}

const f32 = (begin: number, end: number, shape = [(end - begin) / 4]) => ({
  dtype: "F32",
  shape,
  data_offsets: [begin, end],
});

function refuses(bytes: Uint8Array, fault: RegExp): void {
  assert.throws(() => parseSafetensors(bytes, { name: "folder/bad.safetensors" }), (error) => {
    assert(error instanceof SyntaxError, `${error}`);
    assert.match(
      error.message,
      /^Cannot read folder\/bad\.safetensors: .*download or make it again$/,
    );
    assert.match(error.message, fault);
    return true;
  });
}

Deno.test("parseSafetensors() reads the same numbers wherever the header ends", () => {
  const values = Float32Array.of(1.5, -2, 3e-5);
  for (const padding of ["", " ", "  ", "   "]) {
    const bytes = fileOf(JSON.stringify({ x: f32(0, 12) }) + padding, 12);
    bytes.set(new Uint8Array(values.buffer), bytes.length - 12);
    assert.deepEqual(parseSafetensors(bytes).tensors.get("x"), float32Tensor([3], values));
  }
});

Deno.test("parseSafetensors() refuses a file cut anywhere", () => {
  const whole = serialiseSafetensors([["x", float32Tensor([5], new Float32Array(5))]]);
  for (let length = 0; length < whole.length; length++) {
    refuses(whole.subarray(0, length), /size is|header length is|data is/);
  }
  const longer = new Uint8Array(whole.length + 1);
  longer.set(whole);
  refuses(longer, /data is 21 bytes, expected the tensors' 20/);
});

Deno.test("parseSafetensors() refuses impossible header lengths", () => {
  for (const length of [2n, 3n, 100_000_001n, 2n ** 53n + 1n, 2n ** 64n - 1n]) {
    const bytes = fileOf("{");
    new DataView(bytes.buffer).setBigUint64(0, length, true);
    refuses(bytes, new RegExp(`header length is ${length}, expected at most 1 bytes`));
  }
});

Deno.test("parseSafetensors() refuses headers that are not a JSON object", () => {
  refuses(fileOf(""), /header is not JSON/);
  refuses(fileOf("{"), /header is not JSON/);
  refuses(fileOf("\ufeff{}"), /header is not JSON/);
  refuses(fileOf("[]"), /header is \[\], expected an object/);
  refuses(fileOf("null"), /header is null/);
  refuses(fileOf("7"), /header is 7/);
  const notText = fileOf('{"x":1}');
  notText[10] = 0xff;
  refuses(notText, /header is not JSON/);
});

Deno.test("parseSafetensors() refuses damaged entries, naming the tensor", () => {
  for (
    const [entry, fault] of [
      [null, /tensor x is null, expected another type/],
      [{}, /expected another dtype/],
      [{ ...f32(0, 4), dtype: "F31" }, /tensor x is .*"F31".* expected another dtype/],
      [{ ...f32(0, 4), dtype: "constructor" }, /expected another dtype/],
      [{ ...f32(0, 4), shape: [-1] }, /expected another shape\.0/],
      [{ ...f32(0, 4), shape: [0.5, 2] }, /expected another shape\.0/],
      [{ ...f32(0, 4), shape: [2 ** 53] }, /expected another shape\.0/],
      [{ ...f32(0, 4), shape: 1 }, /expected another shape/],
      [{ ...f32(0, 4), data_offsets: [0] }, /expected another data_offsets/],
      [{ ...f32(0, 4), data_offsets: [0, 4, 8] }, /expected another data_offsets/],
      [{ ...f32(0, 4), data_offsets: [-4, 0] }, /expected another data_offsets/],
      [{ ...f32(0, 4), data_offsets: [4, 0] }, /has bytes 4 to 0/],
      [{ ...f32(0, 4), extra: 1 }, /expected another type/],
      [f32(0, 4, [2]), /tensor x has bytes 0 to 4, expected 8 of them for F32 \[2\]/],
      [f32(0, 4, [2 ** 40, 2 ** 40, 0]), /expected 0 of them/],
    ] as [unknown, RegExp][]
  ) refuses(fileOf({ x: entry }, 4), fault);
});

Deno.test("parseSafetensors() refuses tensors that overlap, leave gaps or overflow the file", () => {
  refuses(fileOf({ a: f32(0, 8), b: f32(4, 12) }, 12), /tensor b begins at byte 4, expected 8/);
  refuses(fileOf({ a: f32(0, 4), b: f32(0, 4) }, 4), /tensor b begins at byte 0, expected 4/);
  refuses(fileOf({ a: f32(0, 4), b: f32(8, 12) }, 12), /tensor b begins at byte 8, expected 4/);
  refuses(fileOf({ a: f32(4, 8) }, 8), /tensor a begins at byte 4, expected 0/);
  refuses(fileOf({ a: f32(0, 4) }, 8), /data is 8 bytes, expected the tensors' 4/);
  const huge = 2 ** 50;
  refuses(
    fileOf({ a: f32(0, huge) }, 4),
    /data is 4 bytes, expected the tensors' 1125899906842624/,
  );
});

Deno.test("parseSafetensors() refuses metadata that are not texts", () => {
  for (const metadata of [null, [], "text", { a: 1 }, { a: null }]) {
    refuses(fileOf({ __metadata__: metadata }), /__metadata__ is .*, expected an object of texts/);
  }
});

Deno.test("parseSafetensors() refuses a header with any bit flipped, or reads other content", () => {
  const whole = serialiseSafetensors([["weight", float32Tensor([2, 2], new Float32Array(4))]]);
  const original = parseSafetensors(whole).tensors.get("weight");
  const headerEnd = whole.length - 16;
  for (let bit = 0; bit < headerEnd * 8; bit++) {
    const flipped = whole.slice();
    flipped[bit >> 3] ^= 1 << (bit & 7);
    let content;
    try {
      content = parseSafetensors(flipped);
    } catch (error) {
      assert(error instanceof SyntaxError, `bit ${bit}: ${error}`);
      continue;
    }
    assert.notDeepEqual(content.tensors.get("weight"), original, `bit ${bit} goes unseen`);
  }
});
