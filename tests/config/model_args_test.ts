import assert from "node:assert/strict";
import { parseModelArgs } from "../../lib/config/model_args.ts";

Deno.test("parseModelArgs() reads numbers, truth values, lists and text", () => {
  assert.deepEqual(
    parseModelArgs("img_size=48x80, patch_size=4,init_values=1e-6,class_token=False,act=gelu"),
    { img_size: [48, 80], patch_size: 4, init_values: 1e-6, class_token: false, act: "gelu" },
  );
  assert.deepEqual(parseModelArgs("qkv_bias=true,global_pool=token"), {
    qkv_bias: true,
    global_pool: "token",
  });
});

Deno.test("parseModelArgs() refuses what is not a list of pairs", () => {
  for (const text of ["", "img_size", "img_size=", "=3", "a=1,", "a=b=c", "img size=3"]) {
    assert.throws(() => parseModelArgs(text), SyntaxError, text);
  }
});

Deno.test("parseModelArgs() refuses a name given twice", () => {
  assert.throws(() => parseModelArgs("depth=1,depth=2"), {
    name: "SyntaxError",
    message: "Cannot read model arguments: depth is given twice, expected each name once",
  });
});
