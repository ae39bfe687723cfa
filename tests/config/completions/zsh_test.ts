import assert from "node:assert/strict";
import { zshCompletions } from "../../../lib/config/completions/zsh.ts";
import { completionScript } from "../../../tasks/completions/script.ts";
import { cases, odd, root, runShell, testInShell } from "./shell_support.ts";

/** A zsh at a terminal of its own, which tells what stands on its line after Tab, or what Tab listed. */
const session = `
zmodload zsh/zpty
zpty -b z 'zsh -f -i'
await() {
  local out seen=
  local -i idle=0
  while (( idle < 1500 )) && [[ $seen != *\${~1}* ]]; do
    if zpty -r -t z out 2>/dev/null; then seen+=$out idle=0; else sleep 0.02; (( idle++ )); fi
  done
  print -r -- "\${seen//$'\\r'/}"
}
zpty -w z 'PS1=; stty -echo; stty columns 200 rows 200; LISTMAX=1000; autoload -Uz compinit; compinit -u -D; BEFORE'
zpty -w z 'source SCRIPT; source SCRIPT; setopt no_auto_list'
zpty -w z 'told() { print; print -r -- "<$BUFFER>"; zle kill-buffer }; zle -N told; bindkey "^X" told'
zpty -w z 'listed() { zle list-choices; zle -R; zle kill-buffer; zle -I; print -r -- "<listed>" }; zle -N listed; bindkey "^G" listed'
zpty -w z 'zle-line-init() { print -r -- "<read""y>" }; zle -N zle-line-init'
await '<ready>' >/dev/null
buffer_after() { zpty -wn z "$1"$'\\t\\x18'; await '<*>' | grep -a '^<'; }
list_after() { zpty -wn z "$1"$'\\x07'; await '<listed>' | grep -av '^<'; }
`;

async function runZsh(
  commands: readonly string[],
  { script = completionScript("zsh"), cwd = root, before = ":" } = {},
): Promise<string[]> {
  const whole = [session.replace("BEFORE", before), ...commands, "zpty -d z"].join("\n");
  return await runShell(["zsh", "-f"], { script, commands: whole, cwd });
}

testInShell("zsh", "zsh completes what has one continuation", async () => {
  const single = cases.filter(([, offered]) => offered.length === 1);
  const lines = await runZsh(single.map(([typed]) => `buffer_after '${typed}'`));
  const expected = single.map(([typed, [word]]) => {
    const line = typed.slice(0, typed.lastIndexOf(" ") + 1) + word;
    if (typed.includes("--only=")) return `<${line},>`; // another may follow; a blank takes its place
    return /[=:/]$/.test(word) ? `<${line}>` : `<${line} >`;
  });
  assert.deepEqual(lines, expected);
});

testInShell("zsh", "zsh lists what may follow, with descriptions", async () => {
  const tasks = (await runZsh(["list_after 'deno task '"])).join("\n");
  assert.match(tasks, /train +-- Train a student against the cached maps/);
  assert.match(tasks, /test:long +-- Run the tests that take minutes/);
  const flags = (await runZsh(["list_after 'deno task train --'"])).join("\n");
  assert.match(flags, /--student-args +-- timm's model_args .* img_size=44,patch_size=4/);
  const values = (await runZsh(["list_after 'deno task train --strategy='"])).join(" ");
  assert.match(values, /DOWNSIZE +MAE/);
});

testInShell(
  "zsh",
  "zsh leaves what is not this project's to whoever completed before",
  async () => {
    const before = "_earlier() { compadd earlier }; compdef _earlier deno";
    const lines = ["buffer_after 'deno ea'", "buffer_after 'deno task nonsense ea'"];
    assert.deepEqual(await runZsh(lines, { before }), [
      "<deno earlier >",
      "<deno task nonsense earlier >",
    ]);
    assert.deepEqual(await runZsh(["buffer_after 'deno task tr'"], { before, cwd: "/" }), [
      "<deno task tr>",
    ]);
  },
);

testInShell("zsh", "zsh shows odd descriptions as they are, and never runs them", async () => {
  const flags = [
    { flag: "--xa", description: odd, isUsual: false },
    { flag: "--xb", description: "plain", isUsual: false },
  ];
  const tasks = [{ name: "odd", description: odd, flags }, { name: "plain", description: "plain" }];
  const script = zshCompletions({ project: "@distill-rollout/distill-rollout", tasks, models: [] });
  const lists = ["list_after 'deno task '", "list_after 'deno task odd --x'"];
  const shown = (await runZsh(lists, { script })).join("\n");
  assert.equal(shown.split(odd).length, 3, shown);
});
