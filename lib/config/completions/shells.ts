/**
 * The shells that completions are written for.
 *
 * @module
 */
import { bashCompletions } from "./bash.ts";
import type { Completions } from "./completion.ts";
import { fishCompletions } from "./fish.ts";
import { zshCompletions } from "./zsh.ts";

/** What writes a shell's script, by the shell's name. */
export const shells: Readonly<Record<string, (completions: Completions) => string>> = {
  bash: bashCompletions,
  zsh: zshCompletions,
  fish: fishCompletions,
};
