import assert from "node:assert/strict";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { loadStudent } from "../../lib/model/load_student.ts";
import {
  createStudent,
  openStudent,
  readStudent,
  saveStudent,
  type StudentDescription,
} from "../../lib/model/student_checkpoint.ts";
import { stateDictOf } from "../../lib/model/state_dict.ts";
import { Random } from "../../lib/random/random.ts";
import { readChecksummed, writeChecksummed } from "../../lib/weights/checksummed_file.ts";
import {
  float32Tensor,
  readSafetensors,
  serialiseSafetensors,
} from "../../lib/weights/safetensors.ts";
import { testInFolder } from "../support/temporary_folder.ts";
import { describeWithFixtures, readFixtureTensors } from "../support/fixtures.ts";
import { tinyConfig, tinyDescription, tinyModel, tinyStateDict } from "./tiny_model.ts";

await openBackend("cpu");

const grid = [2, 5] as const;
const description: StudentDescription = {
  model: tinyDescription(),
  grid,
  degradation: { strategy: "MAE", maskRatio: 0.75 },
  view: {
    imageSize: [24, 32],
    cropPct: 0.9,
    interpolation: "bicubic",
    cropMode: "center",
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  },
};

/** What a checkpoint of the tiny student holds. */
function studentTensors() {
  const model = [...tinyStateDict()].map(([key, tensor]) => [`model.${key}`, tensor] as const);
  return new Map([
    ...model,
    ["projection.weight", float32Tensor([10, 3], new Float32Array(30).fill(0.5))],
    ["projection.bias", float32Tensor([10], new Float32Array(10).fill(0.25))],
  ]);
}

async function saveTiny(path: string, metadata?: Record<string, string>): Promise<void> {
  const student = createStudent(tinyModel(), { grid, random: Random.from("projection") });
  await saveStudent(path, { student, description, metadata });
  student.dispose();
}

testInFolder("saveStudent() and openStudent() give back every bit", async (folder) => {
  const student = createStudent(tinyModel(), { grid, random: Random.from("projection") });
  const path = join(folder, "student.safetensors");
  await saveStudent(path, { student, description, metadata: { step: "12" } });
  const opened = await openStudent(path);
  assert.deepEqual(await readStudent(opened.student), await readStudent(student));
  assert.deepEqual(opened.description, description);
  assert.equal(opened.metadata.step, "12");
  const input = tf.tensor4d(Float32Array.from({ length: 576 }, (_, i) => i % 7), [1, 12, 16, 3]);
  const maps = [opened.student.predict(input), student.predict(input)];
  assert.deepEqual(await maps[0].data(), await maps[1].data());
  tf.dispose([input, maps]);
  opened.student.dispose();
  student.dispose();
});

testInFolder("saveStudent() writes timm's keys, and the same bytes each time", async (folder) => {
  const [path, again] = ["a", "b"].map((name) => join(folder, `${name}.safetensors`));
  await saveTiny(path);
  await saveTiny(again);
  assert.deepEqual(await Deno.readFile(path), await Deno.readFile(again));
  const { tensors } = await readSafetensors(path);
  assert.deepEqual([...tensors.keys()].sort(), [...studentTensors().keys()].sort());
  assert.deepEqual(
    tensors.get("model.blocks.1.attn.qkv.weight"),
    tinyStateDict().get("blocks.1.attn.qkv.weight"),
  );
  assert.deepEqual(tensors.get("projection.weight")!.shape, [10, 3]);
});

testInFolder("openStudent() reads a DOWNSIZE student too", async (folder) => {
  const path = join(folder, "student.safetensors");
  const student = createStudent(tinyModel(), { grid, random: Random.from("projection") });
  const downsize: StudentDescription = {
    ...description,
    degradation: { strategy: "DOWNSIZE", factor: 5 },
  };
  await saveStudent(path, { student, description: downsize });
  const opened = await openStudent(path);
  assert.deepEqual(opened.description, downsize);
  opened.student.dispose();
  student.dispose();
});

testInFolder("openStudent() names a file that is not a student's", async (folder) => {
  const path = join(folder, "foreign.safetensors");
  await writeChecksummed(path, tinyStateDict());
  await assert.rejects(openStudent(path), {
    name: "SyntaxError",
    message: `Cannot open student: ${path} carries no description, ` +
      "expected a checkpoint that train wrote",
  });
  await Deno.writeTextFile(path, "not safetensors at all");
  await assertNamesFile(path);
});

testInFolder("openStudent() names a damaged file and its fault, in one line", async (folder) => {
  const path = join(folder, "student.safetensors");
  await saveTiny(path);
  const { tensors, metadata } = await readChecksummed(path);
  const whole = await Deno.readFile(path);
  await Deno.writeFile(path, whole.subarray(0, whole.length - 4));
  await assertNamesFile(path);
  const student = JSON.parse(metadata.student);
  const damaged: [change: Record<string, string>, fault: RegExp][] = [
    [{ student: '{\n"grid": ' }, /JSON/],
    [{ student: JSON.stringify({ ...student, grid: [0, 5] }) }, /grid\.0/],
    [{ student: JSON.stringify({ ...student, degradation: { strategy: "BLUR" } }) }, /strategy/],
    [
      { student: JSON.stringify({ ...student, degradation: { strategy: "MAE", maskRatio: 1 } }) },
      /maskRatio/,
    ],
    [{ student: JSON.stringify({ ...student, view: undefined }) }, /view/],
    [{ model: "{}" }, /architecture/],
    [{ student: JSON.stringify({ ...student, grid: [3, 5] }) }, /expected \[15, 3\]/],
  ];
  for (const [change, fault] of damaged) {
    await writeChecksummed(path, tensors, { metadata: { ...metadata, ...change } });
    await assertNamesFile(path, fault);
  }
});

async function assertNamesFile(path: string, fault = /./): Promise<void> {
  await assert.rejects(openStudent(path), ({ name, message }: Error) => {
    assert.equal(name, "SyntaxError");
    assert(message.includes(path), message);
    assert(!message.includes("\n"), message);
    assert.match(message, fault);
    return true;
  });
}

Deno.test("loadStudent() refuses a projection that is missing or misshapen", async () => {
  const load = (change: (tensors: ReturnType<typeof studentTensors>) => void) => {
    const tensors = studentTensors();
    change(tensors);
    return loadStudent(stateDictOf("s.safetensors", tensors), { config: tinyConfig, grid });
  };
  const vector = float32Tensor([9], new Float32Array(9));
  const cases: [change: Parameters<typeof load>[0], fault: string][] = [
    [(all) => all.delete("projection.weight"), "projection.weight is missing, expected [10, 3]"],
    [(all) => all.set("projection.weight", vector), "projection.weight is [9], expected [10, 3]"],
    [(all) => all.delete("projection.bias"), "projection.bias is missing, expected [10]"],
    [(all) => all.set("projection.bias", vector), "projection.bias is [9], expected [10]"],
  ];
  for (const [change, fault] of cases) {
    const message = `Cannot load student: s.safetensors: ${fault}`;
    await assert.rejects(load(change), { name: "SyntaxError", message });
  }
  const message = "Cannot load weights: s.safetensors: missing: norm.bias — " +
    "not in this architecture: extra";
  await assert.rejects(
    load((all) => {
      all.delete("model.norm.bias");
      all.set("model.extra", vector);
    }),
    { name: "SyntaxError", message },
  );
});

describeWithFixtures("loadStudent() reads PyTorch's student", () => {
  Deno.test("loadStudent() and readStudent() give back PyTorch's student", async () => {
    const tensors = readFixtureTensors("student.state_dict.expected.safetensors");
    const config = {
      ...tinyConfig,
      imageSize: [64, 64] as const,
      patchSize: 16,
      embedDim: 32,
      numClasses: 12,
      distilled: true,
    };
    const source = stateDictOf("student", tensors);
    const student = await loadStudent(source, { config, grid: [4, 4] });
    assert.deepEqual(
      serialiseSafetensors(await readStudent(student)),
      serialiseSafetensors(tensors),
    );
    student.dispose();
  });
});
