import assert from "node:assert/strict";
import { fishCompletions } from "../../../lib/config/completions/fish.ts";
import { completionScript } from "../../../tasks/completions/script.ts";
import { cases, odd, root, runShell, testInShell } from "./shell_support.ts";

const fish = ["fish", "--no-config"];

/** What fish offers for a line: words and their descriptions, divided by a tab. */
async function offersOf(
  line: string,
  { script = completionScript("fish"), cwd = root, before = "" } = {},
): Promise<string[]> {
  const commands = `${before}\nsource SCRIPT\ncomplete -C '${line}'`;
  return await runShell(fish, { script, commands, cwd });
}

const wordsOf = (offers: readonly string[]) => offers.map((it) => it.split("\t")[0]).sort();

for (const [typed, offered] of cases) {
  testInShell("fish", `fish completes “${typed}”`, async () => {
    // a flag's = comes with its value
    const expected = offered.map((word) => word.replace(/=$/, ""));
    assert.deepEqual(wordsOf(await offersOf(typed)), expected);
  });
}

testInShell("fish", "fish shows what tasks and flags do", async () => {
  assert.deepEqual(await offersOf("deno task tr"), [
    "train\tTrain a student against the cached maps",
  ]);
  assert.deepEqual(await offersOf("deno task train --resu"), [
    "--resume\tgo on from the newest checkpoint of the run",
  ]);
});

testInShell("fish", "fish keeps what it knew of deno, and offers no tasks elsewhere", async () => {
  const before = "complete -c deno -f -a running -d earlier";
  assert.deepEqual(await offersOf("deno run", { before }), ["running\tearlier"]);
  assert.deepEqual(await offersOf("deno task tr", { before: "complete -c deno -f", cwd: "/" }), []);
});

testInShell("fish", "fish shows odd descriptions as they are, and never runs them", async () => {
  const flags = [{ flag: "--x", description: odd, isUsual: false }];
  const tasks = [{ name: "odd", description: odd, flags }];
  const script = fishCompletions({
    project: "@distill-rollout/distill-rollout",
    tasks,
    models: [],
  });
  assert.deepEqual(await offersOf("deno task od", { script }), [`odd\t${odd}`]);
  assert.deepEqual(await offersOf("deno task odd --x", { script }), [`--x\t${odd}`]);
});
