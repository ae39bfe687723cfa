/**
 * Completions for fish: a script that asks nobody, with descriptions. What fish knows of deno otherwise stays.
 *
 * @module
 */
import {
  type CompletedFlag,
  type CompletedTask,
  type CompletedValue,
  type Completions,
  modelPrefixes,
} from "./completion.ts";

/** Writes the script. */
export function fishCompletions({ project, tasks, models }: Completions): string {
  const names = tasks.map(({ name, description }) =>
    `complete -c deno -n '__distill_rollout_at name' -f -a ${quote(name)} -d ${quote(description)}`
  );
  return `# Completes \`deno task\` in the project ${project}: deno task completions fish | source

function __distill_rollout_is_here
    set -l folder $PWD
    while test -n "$folder"
        if test -f "$folder/deno.json"
            string match -q ${quote(`*"${project}"*`)} <"$folder/deno.json"
            return
        end
        set folder (string replace -r '/[^/]*$' '' -- $folder)
    end
    return 1
end

function __distill_rollout_at -a place
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test "$words[2]" = task; or return 1
    set -e words[1..2]
    while set -q words[1]; and string match -q -- '-*' $words[1]
        set -e words[1]
    end
    if set -q words[1]
        test "$place" = "$words[1]"; and __distill_rollout_is_here
    else
        test "$place" = name; and __distill_rollout_is_here
    end
end

function __distill_rollout_typed
    string replace -r '^--[^=]*=' '' -- (commandline -ct)
end

function __distill_rollout_list
    set -l before (string match -r '^.*,' -- (__distill_rollout_typed))
    printf "$before%s\\n" $argv
end

function __distill_rollout_models
    set -l typed (string replace -r '^.*,' '' -- (__distill_rollout_typed))
    if string match -q 'local-dir:*' -- $typed
        set -l folders (__fish_complete_directories (string replace local-dir: '' -- $typed) '')
        __distill_rollout_list local-dir:$folders
    else
        __distill_rollout_list ${[...modelPrefixes, ...models].join(" ")}
        __fish_complete_path $typed
    end
end

${names.join("\n")}
${tasks.flatMap(linesOf).join("\n")}
`;
}

function linesOf(task: CompletedTask): string[] {
  const { name, flags = [], argument } = task;
  const condition = `complete -c deno -n ${quote(`__distill_rollout_at ${name}`)}`;
  const shown = flags.filter(({ isUsual }) => !isUsual);
  return [
    ...shown.map((flag) => `${condition} ${flagWords(flag)}`),
    ...argument ? [`${condition} ${actionOf(argument).replace("-r ", "")}`] : [],
  ];
}

function flagWords({ flag, description, value }: CompletedFlag): string {
  const action = value ? ` ${actionOf(value)}` : " -f";
  return `-l ${flag.replace("--", "")} -d ${quote(description)}${action}`;
}

function actionOf({ words, kind, extension, isList }: CompletedValue): string {
  if (kind === "folder") return "-x -a '(__fish_complete_directories (__distill_rollout_typed))'";
  if (kind === "model") return "-x -a '(__distill_rollout_models)'";
  if (kind === "number") return "-x";
  const offered = words.join(" ");
  if (kind === "words") {
    return `-x -a ${quote(isList ? `(__distill_rollout_list ${offered})` : offered)}`;
  }
  if (extension) return `-r -f -a ${quote(`(__fish_complete_suffix ${extension})`)}`;
  return words.length > 0 ? `-r -F -a ${quote(offered)}` : "-r -F";
}

/** Text in which fish sees nothing special. */
function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
