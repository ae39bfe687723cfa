/**
 * `deno task completions bash|zsh|fish`: a script that lets Tab complete our tasks, flags and values.
 *
 * @module
 */
import { UsageError } from "../lib/config/usage_error.ts";
import { completionScript, shellNames } from "./completions/script.ts";
import { exitCodeOf, printError } from "./terminal/print_error.ts";

const usage = `Usage: deno task completions ${shellNames.join("|")}

Prints a script that lets Tab complete tasks, flags and their values after
\`deno task\` in this project, and leaves everything else of deno as it was.

Now, in this shell, from within the project:
  eval "$(deno task completions bash)"       (or zsh)
  deno task completions fish | source
For good:
  deno task completions bash > ~/.distill-rollout.bash
  echo 'source ~/.distill-rollout.bash' >> ~/.bashrc
  deno task completions zsh > ~/.distill-rollout.zsh
  echo 'source ~/.distill-rollout.zsh' >> ~/.zshrc
  deno task completions fish > ~/.config/fish/conf.d/distill-rollout.fish`;

function answer([shell = "", ...more]: readonly string[]): string {
  if (["--help", "-h"].includes(shell)) return usage;
  if (more.length > 0) throw new UsageError(`unexpected argument ${more[0]}, expected one shell`);
  return completionScript(shell);
}

try {
  console.log(answer(Deno.args));
} catch (error) {
  printError(error);
  Deno.exitCode = exitCodeOf(error);
}
