/**
 * `deno task completions bash|zsh|fish`: a script that lets Tab complete our tasks, flags and values.
 *
 * @module
 */
import denoJson from "../deno.json" with { type: "json" };
import { completionsOf, wordsValue } from "../lib/config/completions/completion.ts";
import { shells } from "../lib/config/completions/shells.ts";
import { allTasks } from "../lib/config/tasks.ts";
import { UsageError } from "../lib/config/usage_error.ts";
import { architectures } from "../lib/model/architectures.ts";
import { exitCodeOf, printError } from "./terminal/print_error.ts";

const names = Object.keys(shells);
const usage = `Usage: deno task completions ${names.join("|")}

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

function scriptFor(args: readonly string[]): string {
  if (args.some((arg) => arg === "--help" || arg === "-h")) return usage;
  const [shell, ...more] = args;
  if (more.length > 0 || !Object.hasOwn(shells, shell ?? "")) {
    throw new UsageError(
      `the shell is ${args.join(" ") || "missing"}, expected one of ${names.join(", ")}`,
    );
  }
  const { tasks: known, name: project } = denoJson;
  const listed = Object.fromEntries(
    Object.entries(known).map(([name, { description }]) => [name, description]),
  );
  const models = [...architectures.keys()];
  const completions = completionsOf(listed, { project, tasks: allTasks, models });
  const own = { flags: [], argument: wordsValue(names) };
  const tasks = completions.tasks.map((it) => it.name === "completions" ? { ...it, ...own } : it);
  return shells[shell]({ ...completions, tasks }).trimEnd();
}

try {
  console.log(scriptFor(Deno.args));
} catch (error) {
  printError(error);
  Deno.exitCode = exitCodeOf(error);
}
