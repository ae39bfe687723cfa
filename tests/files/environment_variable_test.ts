import assert from "node:assert/strict";
import { environmentVariable } from "../../lib/files/environment_variable.ts";
import { testWith } from "../support/permissions.ts";

const name = "DISTILL_ROLLOUT_TEST";

testWith(["env"], "environmentVariable() takes an empty variable for none", () => {
  const read = (value: string) => {
    Deno.env.set(name, value);
    return environmentVariable(name);
  };
  try {
    assert.deepEqual([read("7"), read(" 7\n"), read(""), read(" ")], [
      "7",
      "7",
      undefined,
      undefined,
    ]);
  } finally {
    Deno.env.delete(name);
  }
  assert.equal(environmentVariable(name), undefined);
});

Deno.test(
  "environmentVariable() asks for no permission",
  { permissions: { env: false } },
  () => assert.equal(environmentVariable("PATH"), undefined),
);
