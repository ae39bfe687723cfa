/**
 * Completions for bash, from 3.2 on: a script that asks nobody, so that Tab answers at once.
 *
 * @module
 */
import {
  type CompletedFlag,
  type CompletedTask,
  type Completions,
  modelPrefixes,
} from "./completion.ts";

/** Writes the script; nothing in it that came from options is ever evaluated. */
export function bashCompletions({ project, tasks, models }: Completions): string {
  return `# Completes \`deno task\` in the project ${project}: eval "$(deno task completions bash)"

_distill_rollout_is_here() {
  local folder=$PWD
  while [[ -n $folder ]]; do
    if [[ -f $folder/deno.json ]]; then
      [[ $(<"$folder/deno.json") == *${quote(`"${project}"`)}* ]]
      return
    fi
    folder=\${folder%/*}
  done
  return 1
}

_distill_rollout_flags() {
  case $1 in
${tasks.filter(({ flags }) => flags).map(flagCase).join("\n")}
  *) return 1 ;;
  esac
}

_distill_rollout_value() {
  case "$1 $2" in
${valueCases(tasks).join("\n")}
  esac
}

_distill_rollout_models=${quote([...modelPrefixes, ...models].join(" "))}
_distill_rollout_tasks=${quote(tasks.map(({ name }) => name).join(" "))}
${functions}`;
}

/** Text in which bash sees nothing special. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function flagCase({ name, flags = [], argument }: CompletedTask): string {
  const spell = (some: readonly CompletedFlag[]) =>
    quote(some.map(({ flag, value }) => value ? `${flag}=` : flag).join(" "));
  return [
    `  ${quote(name)})`,
    `    flags=${spell(flags.filter(({ isUsual }) => !isUsual))}`,
    `    usual=${spell(flags.filter(({ isUsual }) => isUsual))}`,
    `    arguments=${quote(argument?.words.join(" ") || (argument?.kind ?? ""))} ;;`,
  ].join("\n");
}

/** One case for all flags that take the same. */
function valueCases(tasks: readonly CompletedTask[]): string[] {
  const valued = tasks.flatMap(({ name, flags = [] }) =>
    flags.flatMap(({ flag, value }) => value ? [{ pattern: `${name} ${flag}`, value }] : [])
  );
  const groups = Map.groupBy(valued, ({ value }) => JSON.stringify(value));
  return [...groups.values()].map((group) => {
    const { words, kind, extension, isList } = group[0].value;
    const patterns = group.map(({ pattern }) => quote(pattern)).join(" | ");
    const offered = `words=${quote(words.join(" "))} kind=${quote(kind + extension)}`;
    return `  ${patterns})\n    ${offered} list=${Number(isList)} ;;`;
  });
}

/** The part that is the same for every project; words come as readline breaks them, at `=` and `:`. */
const functions = `
_distill_rollout_offer() { # what is typed, what stands before it in the same word, candidates
  local typed=$1 before=$2 candidate broken=
  shift 2
  [[ $COMP_WORDBREAKS == *=* ]] && broken+='='
  [[ $COMP_WORDBREAKS == *:* ]] && broken+=':'
  local whole=$before$typed kept=
  [[ -n $broken ]] && kept=\${whole%"\${whole##*[$broken]}"}
  for candidate; do
    [[ $before$candidate == "$whole"* ]] || continue
    candidate=$before$candidate
    COMPREPLY+=("\${candidate#"$kept"}")
  done
  [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *[=:] ]] && compopt -o nospace 2>/dev/null
  compopt +o default +o bashdefault 2>/dev/null
}

_distill_rollout_paths() { # what is typed, what stands before it, options of compgen
  local typed=$1 before=$2 path
  shift 2
  local -a paths=()
  while IFS= read -r path; do paths+=("$path"); done < <(compgen "$@" -- "$typed")
  [[ \${#paths[@]} -gt 0 ]] || return
  compopt -o filenames 2>/dev/null
  _distill_rollout_offer "$typed" "$before" "\${paths[@]}"
}

_distill_rollout_values() { # task, flag, what is typed, what stands before it
  local words= kind= list=0 typed=$3 before=$4
  _distill_rollout_value "$1" "$2"
  if [[ $list == 1 && $typed == *,* ]]; then
    before=$before\${typed%,*},
    typed=\${typed##*,}
  fi
  case $kind:$typed in
  folder:*) _distill_rollout_paths "$typed" "$before" -d ;;
  model:local-dir:*) _distill_rollout_paths "\${typed#local-dir:}" "\${before}local-dir:" -d ;;
  model:*[/.]*) _distill_rollout_paths "$typed" "$before" -f ;;
  model:*) _distill_rollout_offer "$typed" "$before" $_distill_rollout_models ;;
  file.*)
    _distill_rollout_paths "$typed" "$before" -d
    _distill_rollout_paths "$typed" "$before" -f -X "!*\${kind#file}" ;;
  file:*)
    [[ -z $words || $typed == */* ]] || _distill_rollout_offer "$typed" "$before" $words
    [[ \${#COMPREPLY[@]} -gt 0 ]] || _distill_rollout_paths "$typed" "$before" -f ;;
  *) _distill_rollout_offer "$typed" "$before" $words ;;
  esac
}

_distill_rollout_arguments() { # task, word before, word
  local flags= usual= arguments=
  _distill_rollout_flags "$1" || return
  if [[ $3 == --*=* ]]; then
    _distill_rollout_values "$1" "\${3%%=*}" "\${3#*=}" "\${3%%=*}="
  elif [[ " $flags $usual " == *" $2= "* ]]; then
    _distill_rollout_values "$1" "$2" "$3" ''
  elif [[ $3 == -* ]]; then
    _distill_rollout_offer "$3" '' $flags
    [[ \${#COMPREPLY[@]} -gt 0 ]] || _distill_rollout_offer "$3" '' $usual
  elif [[ $arguments == file ]]; then
    _distill_rollout_paths "$3" '' -f
  elif [[ -z $arguments ]]; then
    compopt +o default +o bashdefault 2>/dev/null
  else
    _distill_rollout_offer "$3" '' $arguments
  fi
}

_distill_rollout() {
  local line=\${COMP_LINE:0:COMP_POINT} at=2 IFS=$' \\t\\n'
  local -a typed=()
  read -a typed <<<"$line" # without -r: a blank behind a backslash stays within its word
  [[ $line == *[[:space:]] && $line != *'\\ ' ]] && typed+=('')
  local last=$((\${#typed[@]} - 1))
  COMPREPLY=()
  if [[ $last -ge 2 && \${typed[1]} == task ]] && _distill_rollout_is_here; then
    while [[ $at -lt $last && \${typed[at]} == -* ]]; do at=$((at + 1)); done
    if [[ $at -eq $last && \${typed[at]} != -* ]]; then
      _distill_rollout_offer "\${typed[at]}" '' $_distill_rollout_tasks
      return
    fi
    if [[ $at -lt $last && " $_distill_rollout_tasks " == *" \${typed[at]} "* ]]; then
      _distill_rollout_arguments "\${typed[at]}" "\${typed[last - 1]}" "\${typed[last]}"
      return
    fi
  fi
  [[ -z \${_distill_rollout_before-} ]] || "$_distill_rollout_before" "$@"
}

# Whoever completed deno before still does so for all else; bash-completion looks for it only when asked.
for _distill_rollout_found in _comp_load _completion_loader; do
  complete -p deno >/dev/null 2>&1 || ! declare -F $_distill_rollout_found >/dev/null ||
    $_distill_rollout_found deno
done
_distill_rollout_found=$(complete -p deno 2>/dev/null)
if [[ $_distill_rollout_found == *'-F '* && $_distill_rollout_found != *'-F _distill_rollout '* ]]; then
  _distill_rollout_before=\${_distill_rollout_found#*-F }
  _distill_rollout_before=\${_distill_rollout_before%% *}
fi
complete -o bashdefault -o default -F _distill_rollout deno
`;
