/** What a stranger's safetensors file may not ask for. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openStudent } from "../../lib/model/student_checkpoint.ts";
import { loadLocated } from "../../lib/model/located_model.ts";
import { describeNamedModel } from "../../lib/model/model_config_file.ts";
import { parseSafetensors, readSafetensors } from "../../lib/weights/safetensors.ts";
import { SafetensorsFile } from "../../lib/weights/safetensors_file.ts";
import { testInFolder } from "../support/temporary_folder.ts";

/** A file that the disk hardly holds: its tensors are holes. */
async function writeSparse(path: string, header: string, dataBytes: number): Promise<void> {
  const json = new TextEncoder().encode(header);
  const prefix = new Uint8Array(8);
  new DataView(prefix.buffer).setBigUint64(0, BigInt(json.length), true);
  using file = await Deno.create(path);
  for (const piece of [prefix, json]) await file.write(piece);
  await file.truncate(8 + json.length + dataBytes);
}

const entry = (bytes: number) => ({ dtype: "U8", shape: [bytes], data_offsets: [0, bytes] });

testInFolder("SafetensorsFile.read() refuses a tensor of a terabyte unread", async (folder) => {
  const path = join(folder, "large.safetensors");
  await writeSparse(path, JSON.stringify({ "a\nb": entry(1e12) }), 1e12);
  using file = await SafetensorsFile.open(path);
  const expected = {
    name: "RangeError",
    message: `Cannot read ${path}: tensor a b has 1000000000000 bytes, expected at most 8192 MB; ` +
      "raise --max-tensor-mb if you trust the file",
  };
  await assert.rejects(file.read("a\nb"), expected);
  await assert.rejects(file.readRows("a\nb", 0, 1e12), expected);
  assert.equal((await file.readRows("a\nb", 5e11, 3)).data.length, 3);
});

testInFolder("readSafetensors() and openStudent() refuse a terabyte in pieces", async (folder) => {
  const path = join(folder, "pieces.safetensors");
  const header = Object.fromEntries(
    Array.from({ length: 1000 }, (_, i) => [
      `t${i}`,
      { dtype: "U8", shape: [1e9], data_offsets: [i * 1e9, (i + 1) * 1e9] },
    ]),
  );
  const checkpoint = { __metadata__: { sha256: "0".repeat(64) }, ...header };
  await writeSparse(path, JSON.stringify(checkpoint), 1e12);
  for (const read of [readSafetensors, openStudent]) {
    await assert.rejects(read(path), { name: "RangeError", message: /--max-tensor-mb/ });
    await assert.rejects(read(path, { maxTensorMb: 1 }), { message: /expected at most 1 MB/ });
  }
});

testInFolder("a model's tensor of another shape is refused before it is read", async (folder) => {
  const path = join(folder, "model.safetensors");
  await writeSparse(path, JSON.stringify({ "pos_embed": entry(1e12) }), 1e12);
  const description = describeNamedModel("deit_tiny_patch16_224");
  await assert.rejects(loadLocated({ description, weightsPath: path }), {
    name: "SyntaxError",
    message: /misshapen: pos_embed is \[1000000000000\], expected \[1, 197, 192\]/,
  });
});

testInFolder("SafetensorsFile.open() takes a limit to the header", async (folder) => {
  const path = join(folder, "long.safetensors");
  await writeSparse(path, `{}${" ".repeat(1_500_000)}`, 0);
  (await SafetensorsFile.open(path)).close();
  await assert.rejects(SafetensorsFile.open(path, { maxHeaderMb: 1 }), {
    name: "RangeError",
    message: `Cannot read ${path}: its header has 1500002 bytes, expected at most 1 MB; ` +
      "raise --max-header-mb if you trust the file",
  });
});

Deno.test("parseSafetensors() refuses a header that is deep or has millions of values", () => {
  const nested = (character: string) => character.repeat(2e7);
  const hostile = {
    nested: `{"a":${nested("[")}`,
    metadata: `{"__metadata__":${nested("[")}`,
    wide: `{"a":{"dtype":"U8","shape":[${nested("0,")}0],"data_offsets":[0,0]}}`,
    many: `{${Array.from({ length: 900_000 }, (_, i) => `"${i}":{"dtype":"U8","shape":[1,1]}`)}}`,
  };
  for (const [name, header] of Object.entries(hostile)) {
    const json = new TextEncoder().encode(header);
    const bytes = new Uint8Array(8 + json.length);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
    bytes.set(json, 8);
    assert.throws(() => parseSafetensors(bytes, { name }), (error) => {
      assert.ok(error instanceof SyntaxError);
      assert.match(error.message, new RegExp(`^Cannot read ${name}: header is not JSON .+ again$`));
      assert.ok(error.message.length < 1000);
      return true;
    });
  }
});

Deno.test("parseSafetensors() refuses a tensor of very many axes without looking at each", () => {
  for (const axes of [65, 3_000_000]) {
    const shape = new Array(axes).fill(-1);
    const json = JSON.stringify({ a: { dtype: "U8", shape, data_offsets: [0, 0] } });
    const bytes = new Uint8Array(8 + json.length);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
    new TextEncoder().encodeInto(json, bytes.subarray(8));
    assert.throws(() => parseSafetensors(bytes), {
      name: "SyntaxError",
      message: new RegExp(`tensor a has ${axes} axes, expected at most 64;`),
    });
  }
});
