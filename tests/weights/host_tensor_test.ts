import assert from "node:assert/strict";
import { float32Tensor, toFloat32 } from "../../lib/weights/safetensors.ts";

Deno.test("float32Tensor() keeps the array and copies the shape", () => {
  const shape = [2, 3];
  const data = new Float32Array(6);
  const tensor = float32Tensor(shape, data);
  shape[0] = 9;
  assert.deepEqual(tensor.shape, [2, 3]);
  assert.equal(tensor.data, data);
  assert.equal(tensor.dtype, "F32");
});

Deno.test("float32Tensor() refuses a shape of another size", () => {
  for (const shape of [[5], [], [2, 3.5], [-2, -3], [6, 0]]) {
    assert.throws(() => float32Tensor(shape, new Float32Array(6)), TypeError);
  }
});

Deno.test("toFloat32() returns F32 data as they are", () => {
  const data = Float32Array.of(1, 2);
  assert.equal(toFloat32(float32Tensor([2], data)), data);
});

Deno.test("toFloat32() decodes half precision: normal, subnormal, infinite, not a number", () => {
  const bits = [0x3c00, 0xc000, 0x3555, 0x7bff, 0x0001, 0x8000, 0x7c00, 0xfc00, 0x7e00];
  const expected = [1, -2, 0.333251953125, 65504, 2 ** -24, -0, Infinity, -Infinity, NaN];
  const data = Uint16Array.of(0, ...bits).subarray(1); // a view that does not start its buffer
  assert.deepEqual(
    toFloat32({ dtype: "F16", shape: [bits.length], data }),
    Float32Array.from(expected),
  );
});

Deno.test("toFloat32() decodes bfloat16 as the upper half of a float32", () => {
  const bits = [0x3f80, 0xc000, 0x4049, 0x0001, 0x8000, 0x7f80, 0xff80, 0x7fc0];
  const expected = [1, -2, 3.140625, 2 ** -133, -0, Infinity, -Infinity, NaN];
  const data = Uint16Array.of(...bits);
  assert.deepEqual(
    toFloat32({ dtype: "BF16", shape: [bits.length], data }),
    Float32Array.from(expected),
  );
});

Deno.test("toFloat32() rounds wider types to the nearest float", () => {
  const doubles = toFloat32({ dtype: "F64", shape: [1], data: Float64Array.of(Math.PI) });
  assert.deepEqual(doubles, Float32Array.of(Math.PI));
  const longs = { dtype: "I64", shape: [2], data: BigInt64Array.of(-3n, 2n ** 40n + 1n) } as const;
  assert.deepEqual(toFloat32(longs), Float32Array.of(-3, 2 ** 40));
  const bytes = { dtype: "U8", shape: [2], data: Uint8Array.of(0, 255) } as const;
  assert.deepEqual(toFloat32(bytes), Float32Array.of(0, 255));
});
