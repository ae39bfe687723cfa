/**
 * The examples of `--help`: those that need nothing but a checkout are run in one.
 */
import assert from "node:assert/strict";
import { examples } from "../../lib/config/examples.ts";
import { copyProject } from "../support/project_copy.ts";
import { testWithProgrammes } from "../support/temporary_folder.ts";

testWithProgrammes("examples with data/sample work right after a checkout", async (folder) => {
  await copyProject(folder, ["lib/", "tasks/", "tests/bench/", "data/sample/"]);
  const { web: _web, ...ending } = examples; // it serves until it is told to end
  const commands = Object.values(ending).flat().map(({ command }) => command.join(" "))
    .filter((command) => command.includes("data/sample/"));
  assert.ok(commands.length >= 6);
  for (const command of commands) {
    const [, ...args] = command.split(" ");
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args,
      cwd: folder,
      stdin: "null",
    }).output();
    assert.equal(code, 0, `${command}\n${new TextDecoder().decode(stderr)}`);
  }
});
