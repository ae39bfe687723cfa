import assert from "node:assert/strict";
import {
  float32Tensor,
  readSafetensors,
  SafetensorsFile,
  serialiseSafetensors,
} from "../../lib/weights/safetensors.ts";
import { testWith } from "../support/permissions.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const fixture = `${import.meta.dirname}/../fixtures/model.deit3.expected.safetensors`;

/** Three rows of [row × 10, row × 10 + 1], after another tensor. */
const rows = serialiseSafetensors([
  ["first", { dtype: "F64", shape: [1], data: Float64Array.of(7) }],
  ["rows", float32Tensor([3, 2], Float32Array.of(0, 1, 10, 11, 20, 21))],
  ["scalar", float32Tensor([], Float32Array.of(5))],
], { metadata: { kind: "rows" } });

/** Registers a test that gets the path of a file with the rows. */
function testOnRows(name: string, body: (path: string) => Promise<void>): void {
  testInFolder(name, async (folder) => {
    const path = `${folder}/rows.safetensors`;
    await Deno.writeFile(path, rows);
    await body(path);
  });
}

testWith(["fixtures"], "SafetensorsFile.read() reads what readSafetensors() reads", async () => {
  const whole = await readSafetensors(fixture);
  using file = await SafetensorsFile.open(fixture);
  assert.deepEqual(file.metadata, whole.metadata);
  assert.deepEqual([...file.header.keys()], [...whole.tensors.keys()]);
  for (const [name, tensor] of whole.tensors) {
    assert.deepEqual(file.header.get(name)!.shape, tensor.shape);
    assert.equal(file.header.get(name)!.dtype, tensor.dtype);
    assert.deepEqual(await file.read(name), tensor);
  }
});

testOnRows("SafetensorsFile.readRows() reads any rows, also many at once", async (path) => {
  using file = await SafetensorsFile.open(path);
  const asked = [0, 1, 2, 3].flatMap((start) =>
    Array.from({ length: 4 - start }, (_, count) => [start, count])
  );
  const read = await Promise.all(
    asked.map(([start, count]) => file.readRows("rows", start, count)),
  );
  for (const [index, [start, count]] of asked.entries()) {
    const values = Array.from(
      { length: count },
      (_, row) => [0, 1].map((x) => x + 10 * (start + row)),
    );
    assert.deepEqual(read[index], float32Tensor([count, 2], Float32Array.from(values.flat())));
  }
});

testOnRows("SafetensorsFile.readRows() refuses rows that are not there", async (path) => {
  using file = await SafetensorsFile.open(path);
  for (const [start, count] of [[0, 4], [3, 1], [-1, 1], [0, -1], [0.5, 1], [0, NaN]]) {
    await assert.rejects(file.readRows("rows", start, count), {
      name: "RangeError",
      message: `Cannot read ${path}: rows of rows are ${start} to ${start + count} (excluded), ` +
        "expected some of its 3 rows",
    });
  }
  await assert.rejects(file.readRows("scalar", 0, 1), /expected some of its no rows/);
});

testOnRows(
  "SafetensorsFile.read() refuses an unknown tensor, naming those there are",
  async (path) => {
    using file = await SafetensorsFile.open(path);
    await assert.rejects(file.read("constructor"), {
      name: "RangeError",
      message:
        `Cannot read ${path}: tensor is constructor, expected one of its 3 (first, rows, scalar)`,
    });
  },
);

testOnRows("SafetensorsFile.open() refuses damaged files and leaves none open", async (path) => {
  for (const length of [0, 7, 8, 40, rows.length - 1]) {
    await Deno.writeFile(path, rows.subarray(0, length));
    await assert.rejects(SafetensorsFile.open(path), (error) => {
      assert(error instanceof SyntaxError);
      assert(error.message.startsWith(`Cannot read ${path}: `), error.message);
      return true;
    });
  }
  await assert.rejects(SafetensorsFile.open("no/such/file"), Deno.errors.NotFound);
});

testOnRows("SafetensorsFile.read() says when the file has become shorter", async (path) => {
  using file = await SafetensorsFile.open(path);
  await Deno.truncate(path, rows.length - 1);
  assert.deepEqual((await file.read("first")).data, Float64Array.of(7));
  await assert.rejects(file.read("scalar"), {
    name: "SyntaxError",
    message: new RegExp(`^Cannot read ${path}: it ends at byte ${rows.length - 1};`),
  });
});

testOnRows("SafetensorsFile.close() may be called twice, and ends reading", async (path) => {
  const file = await SafetensorsFile.open(path);
  file.close();
  file.close();
  await assert.rejects(file.read("first"), Deno.errors.BadResource);
});
