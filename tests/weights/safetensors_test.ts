import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import {
  float32Tensor,
  type HostTensor,
  parseSafetensors,
  readSafetensors,
  serialiseSafetensors,
  writeSafetensors,
} from "../../lib/weights/safetensors.ts";
import { testWith } from "../support/permissions.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const fixtures = `${import.meta.dirname}/../fixtures`;

testWith(
  ["fixtures"],
  "parseSafetensors() reads dtype, shape and metadata of a timm state dict",
  async () => {
    const { tensors, metadata } = await readSafetensors(
      `${fixtures}/model.deit_distilled.weights.safetensors`,
    );
    assert.equal(JSON.parse(metadata.config).num_prefix_tokens, 2);
    const kernel = tensors.get("patch_embed.proj.weight")!;
    assert.equal(kernel.dtype, "F32");
    assert.deepEqual(kernel.shape, [48, 3, 16, 16]);
    assert(kernel.data instanceof Float32Array);
    assert.equal(kernel.data.length, 48 * 3 * 16 * 16);
    assert(kernel.data.every((value) => Number.isFinite(value)));
  },
);

Deno.test("parseSafetensors() copies out of a pooled Node buffer", () => {
  const pooled = Buffer.from(
    serialiseSafetensors([["x", float32Tensor([2], Float32Array.of(1, 2))]]),
  );
  const { tensors } = parseSafetensors(pooled);
  pooled.fill(255);
  assert.deepEqual(tensors.get("x")!.data, Float32Array.of(1, 2));
});

testWith(
  ["fixtures"],
  "serialiseSafetensors() gives back what parseSafetensors() read, for every fixture",
  async () => {
    const names = Array.from(Deno.readDirSync(fixtures), ({ name }) => name)
      .filter((name) => name.endsWith(".safetensors"));
    assert(names.length > 0);
    for (const name of names) {
      const content = parseSafetensors(await Deno.readFile(`${fixtures}/${name}`), { name });
      const bytes = serialiseSafetensors(content.tensors, content);
      const reversed = serialiseSafetensors([...content.tensors].reverse(), content);
      assert.deepEqual(reversed, bytes, `${name}: the order of the tensors shows`);
      const again = parseSafetensors(bytes);
      assert.deepEqual(again.metadata, content.metadata, name);
      assert.deepEqual([...again.tensors.keys()].sort(), [...content.tensors.keys()].sort(), name);
      for (const [key, tensor] of content.tensors) {
        assert.deepEqual(again.tensors.get(key), tensor, `${name} ${key}`);
      }
    }
  },
);

Deno.test("serialiseSafetensors() lays out the exact bytes of the format", () => {
  const bytes = serialiseSafetensors([
    ["b", { dtype: "U8", shape: [3], data: Uint8Array.of(7, 8, 9) }],
    ["10", float32Tensor([1], Float32Array.of(1))],
    ["a", float32Tensor([], Float32Array.of(-2))],
  ], { metadata: { z: "1", format: "pt" } });
  const json = '{"__metadata__":{"format":"pt","z":"1"},' +
    '"10":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},' +
    '"a":{"dtype":"F32","shape":[],"data_offsets":[4,8]},' +
    '"b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}}';
  const padded = json.padEnd(Math.ceil(json.length / 8) * 8);
  assert.equal(new DataView(bytes.buffer).getBigUint64(0, true), BigInt(padded.length));
  assert.equal(new TextDecoder().decode(bytes.subarray(8, 8 + padded.length)), padded);
  assert.deepEqual(
    [...bytes.subarray(8 + padded.length)],
    [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 7, 8, 9],
  );
});

Deno.test("serialiseSafetensors() carries every dtype, empty tensors and awkward names", () => {
  const tensors = new Map<string, HostTensor>([
    ["__proto__", { dtype: "I64", shape: [2], data: BigInt64Array.of(-1n, 2n ** 62n) }],
    ["constructor", { dtype: "U64", shape: [1], data: BigUint64Array.of(2n ** 64n - 1n) }],
    ["", { dtype: "F64", shape: [1, 1], data: Float64Array.of(Math.PI) }],
    ["ünïcode 🙂", { dtype: "I32", shape: [1], data: Int32Array.of(-5) }],
    ['quote"', { dtype: "U32", shape: [1], data: Uint32Array.of(2 ** 32 - 1) }],
    ["i16", { dtype: "I16", shape: [1], data: Int16Array.of(-300) }],
    ["u16", { dtype: "U16", shape: [1], data: Uint16Array.of(65535) }],
    ["f16", { dtype: "F16", shape: [1], data: Uint16Array.of(0x3c00) }],
    ["bf16", { dtype: "BF16", shape: [1], data: Uint16Array.of(0x3f80) }],
    ["i8", { dtype: "I8", shape: [3], data: Int8Array.of(-128, 0, 127) }],
    ["bool", { dtype: "BOOL", shape: [2], data: Uint8Array.of(1, 0) }],
    ["empty", { dtype: "F32", shape: [0, 7], data: new Float32Array() }],
    ["empty too", { dtype: "F32", shape: [3, 0], data: new Float32Array() }],
  ]);
  const metadata = JSON.parse('{"__proto__": "kept", "2": "b", "1": "a"}');
  const content = parseSafetensors(serialiseSafetensors(tensors, { metadata }));
  assert.deepEqual(Object.entries(content.metadata), Object.entries(metadata));
  assert.equal(content.tensors.size, tensors.size);
  for (const [name, tensor] of tensors) assert.deepEqual(content.tensors.get(name), tensor, name);
});

Deno.test("serialiseSafetensors() writes a view of a larger array, not the whole of it", () => {
  const view = Float32Array.of(0, 1, 2, 3).subarray(1, 3);
  const { tensors } = parseSafetensors(serialiseSafetensors([["x", float32Tensor([2], view)]]));
  assert.deepEqual(tensors.get("x")!.data, Float32Array.of(1, 2));
});

Deno.test("serialiseSafetensors() refuses tensors that contradict themselves", () => {
  const one = float32Tensor([1], Float32Array.of(1));
  assert.throws(() => serialiseSafetensors([["x", { ...one, shape: [2] }]]), {
    name: "TypeError",
    message: "Cannot use tensor x: shape is [2], expected one of 1 elements",
  });
  assert.throws(() => serialiseSafetensors([["x", { ...one, dtype: "F64" }]]), {
    name: "TypeError",
    message: /data is Float32Array, expected what F64 is kept in, Float64Array/,
  });
  const halves = { ...one, shape: [0.5, 2] };
  assert.throws(() => serialiseSafetensors([["x", halves]]), TypeError);
  assert.throws(() => serialiseSafetensors([["x", one], ["x", one]]), RangeError);
  assert.throws(() => serialiseSafetensors([["__metadata__", one]]), RangeError);
});

testInFolder("writeSafetensors() writes what serialiseSafetensors() makes", async (folder) => {
  const path = `${folder}/new/file.safetensors`;
  const tensors: [string, HostTensor][] = [["x", float32Tensor([2], Float32Array.of(1, 2))]];
  const metadata = { step: "7" };
  await writeSafetensors(path, tensors, { metadata });
  assert.deepEqual(await Deno.readFile(path), serialiseSafetensors(tensors, { metadata }));
  assert.deepEqual((await readSafetensors(path)).metadata, metadata);
  await Deno.writeFile(path, new Uint8Array(3));
  await assert.rejects(readSafetensors(path), {
    name: "SyntaxError",
    message: `Cannot read ${path}: size is 3 bytes, expected at least 8; ` +
      "the file is damaged or incomplete, download or make it again",
  });
});
