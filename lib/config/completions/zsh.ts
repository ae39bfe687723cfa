/**
 * Completions for zsh: a script that asks nobody, with descriptions.
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
export function zshCompletions({ project, tasks, models }: Completions): string {
  const described = tasks.map(({ name, description }) =>
    `    ${quote(`${escapeColons(name)}:${description.replaceAll("\\", "\\\\")}`)}`
  );
  return `# Completes \`deno task\` in the project ${project}: eval "$(deno task completions zsh)"

_distill_rollout_is_here() {
  local folder=$PWD
  while [[ -n $folder ]]; do
    if [[ -f $folder/deno.json ]]; then
      [[ "$(<$folder/deno.json)" == *${quote(`"${project}"`)}* ]]
      return
    fi
    folder=\${folder%/*}
  done
  return 1
}

_distill_rollout_models() {
  compset -P '*,'
  if compset -P local-dir:; then
    _files -/
    return
  fi
  local -a prefixes models
  prefixes=(${modelPrefixes.join(" ")})
  models=(${models.join(" ")})
  _alternative 'models:timm name:compadd -a models' 'kinds:kind of address:compadd -S "" -a prefixes' \\
    'files:file:_files -g "*.(safetensors|pt|pth)(-.)"'
}

_distill_rollout_task() {
  local -a tasks
  tasks=(
${described.join("\n")}
  )
  _describe -t tasks task tasks
}

_distill_rollout() {
  local -i at=3
  if [[ $words[2] == task ]] && (( CURRENT > 2 )) && _distill_rollout_is_here; then
    while (( at < CURRENT )) && [[ $words[at] == -* ]]; do (( at++ )); done
    if (( at == CURRENT )) && [[ $PREFIX != -* ]]; then
      _distill_rollout_task
      return
    fi
    local task=$words[at]
    local -a specifications
    case $task in
${tasks.filter(({ flags }) => flags).map(taskCase).join("\n")}
    esac
    if (( at < CURRENT && $#specifications )); then
      words=("\${(@)words[at,-1]}")
      (( CURRENT -= at - 1 ))
      local curcontext=\${curcontext%:*}-$task:
      _arguments -S : $specifications
      return
    fi
  fi
  \${=_distill_rollout_before:-_default}
}

(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
# Whoever completed deno before still does so for all else.
[[ -n $_comps[deno] && $_comps[deno] != _distill_rollout ]] && _distill_rollout_before=$_comps[deno]
compdef _distill_rollout deno
`;
}

function taskCase({ name, flags = [], argument }: CompletedTask): string {
  const specifications = flags.map(specificationOf);
  const rest = argument ? [quote(`*:argument:${actionOf(argument)}`)] : [];
  return [
    `    ${name}) specifications=(`,
    ...[...specifications, ...rest].map((line) => `      ${line}`),
    "    ) ;;",
  ].join("\n");
}

/** As `_arguments` takes it: `!` keeps a flag from the list, `=` lets its value follow either way. */
function specificationOf({ flag, description, value, isUsual }: CompletedFlag): string {
  const shown = `${isUsual ? "!" : ""}${flag}`;
  const about = `[${description.replace(/[[\]\\]/g, "\\$&")}]`;
  return quote(value ? `${shown}=${about}:value:${actionOf(value)}` : `${shown}${about}`);
}

function actionOf({ words, kind, extension, isList }: CompletedValue): string {
  if (kind === "folder") return "_files -/";
  if (kind === "model") return "_distill_rollout_models";
  if (kind === "number") return " ";
  if (kind === "words") {
    return isList ? `_values -s , value ${words.join(" ")}` : `(${words.join(" ")})`;
  }
  const files = extension ? `_files -g "*${extension}(-.)"` : "_files";
  if (words.length === 0) return files;
  return `_alternative "words\\:word\\:(${words.join(" ")})" "files\\:file\\:_files"`;
}

/** Text in which zsh sees nothing special. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function escapeColons(text: string): string {
  return text.replaceAll(":", "\\:");
}
