import assert from "node:assert/strict";
import { type OnnxModel, serialiseModel } from "../../../lib/export/onnx/serialise_model.ts";
import { float32Tensor } from "../../../lib/weights/host_tensor.ts";
import { runOnnx, testWithRuntime } from "./onnx_runtime.ts";
import { readModel } from "./read_model.ts";

const weight = float32Tensor([2], Float32Array.of(0.5, -2));

/** map = LeakyReLU(image · weight), [batch, 2]. */
function tinyModel(parts: Partial<OnnxModel> = {}): OnnxModel {
  return {
    name: "tiny",
    description: "A “tiny” model.",
    producer: { name: "a test", version: "1.2.3" },
    nodes: [
      { name: "m", opType: "Mul", inputs: ["image", "weight"], outputs: ["m"], attributes: {} },
      {
        name: "leak",
        opType: "LeakyRelu",
        inputs: ["m"],
        outputs: ["map"],
        attributes: { alpha: { float: 0.25 } },
      },
    ],
    initializers: new Map([["weight", weight]]),
    inputs: [{ name: "image", dataType: "float32", shape: ["batch", 2], description: "" }],
    outputs: [{ name: "map", dataType: "float32", shape: ["batch", 2], description: "" }],
    metadata: { key: "value", grid: "[3,4]" },
    ...parts,
  };
}

Deno.test("serialiseModel() writes what a protobuf reader reads back", () => {
  const model = readModel(serialiseModel(tinyModel()));
  assert.deepEqual(model.texts, { 2: "a test", 3: "1.2.3", 6: "A “tiny” model." });
  assert.deepEqual(model.versions, { ir: 8, opset: 17 });
  assert.deepEqual(model.metadata, { key: "value", grid: "[3,4]" });
  assert.deepEqual(model.nodes, [
    { name: "m", opType: "Mul" },
    { name: "leak", opType: "LeakyRelu" },
  ]);
  const { shape, bytes } = model.initializers.get("weight")!;
  assert.deepEqual(shape, [2]);
  assert.deepEqual(bytes, new Uint8Array(weight.data.buffer as ArrayBuffer));
});

testWithRuntime("serialiseModel() writes what onnxruntime computes", async () => {
  const data = Float32Array.of(4, 3, -8, -1);
  const [{ map }] = await runOnnx(serialiseModel(tinyModel()), [{
    image: { data, shape: [2, 2] },
  }]);
  assert.deepEqual(map.shape, [2, 2]);
  assert.deepEqual([...map.data], [2, -1.5, -1, 2]);
});

Deno.test("serialiseModel() does not copy the weights", () => {
  const pieces = serialiseModel(tinyModel());
  assert(pieces.some(({ buffer }) => buffer === weight.data.buffer));
});

Deno.test("serialiseModel() refuses what protobuf cannot hold", () => {
  const half = float32Tensor([2 ** 28], new Float32Array(2 ** 28)); // 1 GB that is never touched
  const one = new Map([["a", half]]);
  const two = new Map([["a", half], ["b", half]]);
  assert.equal(serialiseModel(tinyModel({ initializers: one })).length, 5);
  assert.throws(() => serialiseModel(tinyModel({ initializers: two })), {
    name: "RangeError",
    message: /^Cannot write ONNX: the model has 214748\d{4} bytes, expected at most 2147483647, /,
  });
});
