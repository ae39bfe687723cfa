import assert from "node:assert/strict";
import { compiledKernels, compileKernels } from "../../../lib/backend/wasm/compile_kernels.ts";
import { testWith } from "../../support/permissions.ts";

testWith(["read", "env"], "compileKernels() gives the kernels that are shipped", async () => {
  const shipped = await Deno.readTextFile(compiledKernels);
  assert.equal(await compileKernels(), shipped, "run `deno task kernels` and commit the result");
});
