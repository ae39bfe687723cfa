/**
 * `deno task completions` as a user runs it.
 */
import assert from "node:assert/strict";
import { testWith } from "../support/permissions.ts";
import { taskCommand } from "../support/task_process.ts";

async function run(...args: string[]) {
  const { code, stdout, stderr } = await taskCommand("completions", args).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, err };
}

testWith(
  ["read", "run", "env"],
  "completions prints a script on stdout and nothing else",
  async () => {
    for (const shell of ["bash", "zsh", "fish"]) {
      const { code, out, err } = await run(shell);
      assert.deepEqual([code, err], [0, ""]);
      assert.match(
        out,
        /^# Completes `deno task` in the project @distill-rollout\/distill-rollout: /,
      );
      for (const word of ["precompute", "long", "DOWNSIZE", "deit3_large_patch16_224"]) {
        assert.ok(out.includes(word), `${shell}: ${word}`);
      }
    }
  },
);

testWith(
  ["read", "run", "env"],
  "completions says how it is used, and refuses other shells",
  async () => {
    const help = await run("--help");
    assert.deepEqual([help.code, help.err], [0, ""]);
    assert.match(help.out, /^Usage: deno task completions bash\|zsh\|fish\n/);
    for (
      const [args, message] of [
        [[], "the shell is missing, expected one of bash, zsh, fish"],
        [["tcsh"], "the shell is tcsh, expected one of bash, zsh, fish"],
        [["constructor"], "the shell is constructor, expected one of bash, zsh, fish"],
        [["bash", "zsh"], "unexpected argument zsh, expected one shell"],
      ] as const
    ) {
      assert.deepEqual(await run(...args), { code: 2, out: "", err: `error: ${message}\n` });
    }
  },
);
