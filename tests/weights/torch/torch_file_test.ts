/**
 * The files of `tests/fixtures/torch` are written by PyTorch 1.13's `torch.save`.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Random } from "../../../lib/random/random.ts";
import { toFloat32 } from "../../../lib/weights/host_tensor.ts";
import { TorchFile } from "../../../lib/weights/torch/torch_file.ts";
import { readFixture, readFixtureTensors } from "../../support/fixtures.ts";
import { testWithFiles } from "../../support/permissions.ts";
import { testInFolder } from "../../support/temporary_folder.ts";

const folder = fileURLToPath(new URL("../../fixtures/torch/", import.meta.url));

interface Expected {
  readonly shape: number[];
  readonly values: number[];
}

const { state_dict: linear, ...expected } = JSON.parse(
  new TextDecoder().decode(readFixture("torch/tensors.expected.json")),
) as Record<string, Expected> & { state_dict: Record<string, number[]> };

for (const name of ["tensors.pt", "tensors.legacy.pt"]) {
  testWithFiles(`TorchFile reads every dtype and every view of ${name}`, async () => {
    using file = await TorchFile.open(join(folder, name));
    assert.deepEqual([...file.shapes.keys()], Object.keys(expected));
    for (const [key, { shape, values }] of Object.entries(expected)) {
      const tensor = await file.read(key);
      assert.deepEqual(tensor.shape, shape, key);
      assert.deepEqual(Array.from(tensor.data.length ? numbersOf(tensor) : []), values, key);
    }
  });
}

function numbersOf(tensor: Parameters<typeof toFloat32>[0]): Iterable<number> {
  if (["F16", "BF16"].includes(tensor.dtype)) return toFloat32(tensor);
  return Array.from(tensor.data as ArrayLike<number | bigint>, Number);
}

testWithFiles("TorchFile reads what state_dict() of a module gives", async () => {
  using file = await TorchFile.open(join(folder, "state_dict.pt"));
  for (const [key, values] of Object.entries(linear)) {
    assert.deepEqual([...(await file.read(key)).data as Float32Array], values);
  }
});

testWithFiles("TorchFile finds the model in a training's file, under timm's keys", async () => {
  using file = await TorchFile.open(join(folder, "wrapped.pth"));
  assert.deepEqual([...file.shapes], [
    ["blocks.0.ls1.gamma", [2]],
    ["blocks.0.ls2.gamma", [1]],
    ["cls_token", [1, 1, 2]],
  ]);
  assert.deepEqual([...(await file.read("blocks.0.ls1.gamma")).data as Float32Array], [1, 2]);
});

testWithFiles("TorchFile takes off what parallel and compiled models put into keys", async () => {
  using file = await TorchFile.open(join(folder, "compiled.pt"));
  assert.deepEqual([...file.shapes], [
    ["model.cls_token", [1, 1, 2]],
    ["model.blocks.0.ls1.gamma", [2]],
    ["projection.weight", [3, 2]],
    ["projection.bias", [3]],
  ]);
  assert.deepEqual([...(await file.read("projection.bias")).data as Float32Array], [0, 1, 2]);
});

testWithFiles("TorchFile reads a student of the original system", async () => {
  const path = fileURLToPath(new URL("../../fixtures/student.state_dict.pt", import.meta.url));
  using file = await TorchFile.open(path);
  const tensors = readFixtureTensors("student.state_dict.expected.safetensors");
  assert.deepEqual([...file.shapes.keys()].sort(), [...tensors.keys()].sort());
  for (const [key, tensor] of tensors) assert.deepEqual(await file.read(key), tensor, key);
});

const refused: [file: string, fault: RegExp][] = [
  ["hostile.pt", /it asks for posix\.system, expected nothing but tensors/],
  ["hostile.legacy.pt", /it asks for posix\.system, expected nothing but tensors/],
  ["module.pt", /it asks for torch\.nn\.modules\.linear\.Linear, expected nothing but tensors/],
  ["no_tensors.pt", /it holds no tensors/],
];

for (const [name, fault] of refused) {
  testWithFiles(`TorchFile refuses ${name}, naming it`, async () => {
    const path = join(folder, name);
    await assert.rejects(TorchFile.open(path), (error: Error) => {
      assert.equal(error.name, "SyntaxError");
      assert(error.message.startsWith(`Cannot read ${path}: `), error.message);
      assert.match(error.message, fault);
      return true;
    });
  });
}

testInFolder("TorchFile refuses more than its limits", async () => {
  const path = join(folder, "tensors.pt");
  using file = await TorchFile.open(path, { maxTensorMb: 1e-5 });
  await assert.rejects(file.read("plain"), {
    name: "RangeError",
    message: /tensor plain takes 96 bytes, expected at most 10; raise --max-tensor-mb/,
  });
  await assert.rejects(TorchFile.open(path, { maxHeaderMb: 1e-5 }), { name: "SyntaxError" });
});

testInFolder("TorchFile names a damaged file, or reads what was written", async (scratch) => {
  const random = Random.from("damaged torch files");
  const tally = { refused: 0, read: 0 };
  for (const name of ["tensors.pt", "tensors.legacy.pt", "wrapped.pth"]) {
    const whole = readFixture(`torch/${name}`);
    const path = join(scratch, name);
    for (let trial = 0; trial < 150; trial++) {
      const damaged = whole.slice(0, trial % 3 === 0 ? random.integer(0, whole.length) : undefined);
      for (let flip = 0; flip < 3 && damaged.length > 0; flip++) {
        damaged[random.integer(0, damaged.length)] ^= 1 << random.integer(0, 8);
      }
      await Deno.writeFile(path, damaged);
      try {
        using file = await TorchFile.open(path);
        for (const key of file.shapes.keys()) await file.read(key);
        tally.read++;
      } catch (error) {
        const { name: kind, message } = error as Error;
        assert(["SyntaxError", "RangeError"].includes(kind), `${kind}: ${message}`);
        assert(message.includes(path) && !message.includes("\n"), message);
        tally.refused++;
      }
    }
  }
  assert(tally.refused > 100, JSON.stringify(tally));
});
