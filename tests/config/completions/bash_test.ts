import assert from "node:assert/strict";
import { bashCompletions } from "../../../lib/config/completions/bash.ts";
import { completionScript } from "../../../tasks/completions/script.ts";
import { cases, odd, root, runShell, testInShell } from "./shell_support.ts";

const bash = ["bash", "--norc", "--noprofile"];

/** Prints what a line's Tab offers, as bash's completion functions are called. */
const complete = `
compopt() { :; } # speaks of the completion in progress: there is none
complete_line() {
  COMP_LINE=$1 COMP_POINT=\${#1} COMPREPLY=()
  local name=$(complete -p deno); name=\${name#*-F }
  \${name%% *}
  printf '%s\\n' "\${COMPREPLY[@]}"
}
`;

/** Readline replaces what stands after the last `=` or `:`, and adds a slash to folders. */
async function offersOf(
  line: string,
  { script = completionScript("bash"), cwd = root, before = "" } = {},
): Promise<string[]> {
  const commands =
    `${before}\n${complete}\nsource SCRIPT\nsource SCRIPT\ncomplete_line '${line}'\n`;
  const replies = (await runShell(bash, { script, commands, cwd })).filter((it) => it !== "");
  const word = line.split(" ").at(-1)!;
  const kept = word.slice(0, word.search(/[^=:]*$/));
  return replies.map((reply) => kept + reply).map(withSlash).sort();
}

function withSlash(word: string): string {
  const path = word.replace(/^.*[=:]/, "");
  const isFolder = path.includes("/") && Deno.statSync(new URL(path, `file://${root}`)).isDirectory;
  return isFolder ? `${word}/` : word;
}

for (const [typed, offered] of cases) {
  testInShell("bash", `bash completes “${typed}”`, async () => {
    assert.deepEqual(await offersOf(typed), offered);
  });
}

testInShell(
  "bash",
  "bash leaves what is not this project's to whoever completed before",
  async () => {
    const before = "earlier() { COMPREPLY=(earlier); }; complete -F earlier deno";
    for (const line of ["deno ru", "deno task nonsense --", "deno "]) {
      assert.deepEqual(await offersOf(line, { before }), ["earlier"], line);
    }
    assert.deepEqual(await offersOf("deno task tr", { before, cwd: "/" }), ["earlier"]);
    assert.deepEqual(await offersOf("deno task tr", { before }), ["train"]);
    assert.deepEqual(await offersOf("deno ru"), []);
  },
);

testInShell(
  "bash",
  "bash completes paths with blanks, and words that hold no separators",
  async () => {
    const script = completionScript("bash");
    const before =
      'cd "$(mktemp -d)"; mkdir \'my maps\'; echo \'{"name": "@distill-rollout/distill-rollout"}\' > deno.json';
    const commands = `${before}\n${complete}\nsource SCRIPT
    complete_line 'deno task train --rollout-dir=my'
    complete_line 'deno task train --rollout-dir=my\\ m'
    COMP_WORDBREAKS=' '
    complete_line 'deno task train --strategy=M'
    complete_line 'deno task test:'`;
    assert.deepEqual(await runShell(bash, { script, commands }), [
      ...["my maps", "my maps", "--strategy=MAE", "test:long"],
    ]);
  },
);

testInShell("bash", "bash never runs what a description says", async () => {
  const flags = [{ flag: "--x", description: odd, isUsual: false }];
  const tasks = [{ name: "odd", description: odd, flags }];
  const script = bashCompletions({
    project: "@distill-rollout/distill-rollout",
    tasks,
    models: [],
  });
  assert.deepEqual(await offersOf("deno task odd --", { script }), ["--x"]);
});

testInShell("script", "bash completes in a terminal", async () => {
  const script = completionScript("bash");
  const session = `
{ sleep 0.5; printf 'source %s\\n' SCRIPT; sleep 0.5
  printf 'deno task visu\\t--outp\\t\\x01echo "<\\x05>"\\n'
  sleep 0.5; printf 'exit\\n'; } |
  script -qec 'bash --norc --noprofile -i' /dev/null 2>&1 | tr -d '\\r' | grep -a '^<' `;
  const output = await runShell(["bash"], { script, commands: session });
  assert.deepEqual(output, ["<deno task visualise --output=>"]);
});
