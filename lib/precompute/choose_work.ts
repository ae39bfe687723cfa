/**
 * What a process is to do with a cache: make all of it, make a part, merge the parts, or repair it.
 *
 * @module
 */
import { UsageError } from "../config/usage_error.ts";
import { choosePart, type ChosenPart, type Environment, type PartFlags } from "./choose_part.ts";

/** What there is to do. */
export type Work =
  | { readonly kind: "whole" }
  | { readonly kind: "part"; readonly part: ChosenPart }
  | { readonly kind: "merge" }
  | { readonly kind: "repair" };

/** What the flags say. */
export interface WorkFlags extends PartFlags {
  /** `--merge`: the parts are all made. */
  readonly merge: boolean;
  /** `--repair`: what is damaged is made anew. */
  readonly repair?: boolean;
  /** `--overwrite`: whatever is there goes. */
  readonly overwrite: boolean;
}

/**
 * Chooses the work of this process by its flags, and where they leave it open by its environment.
 *
 * @throws {UsageError} When flags contradict each other, or as {@linkcode choosePart} does.
 */
export function chooseWork(flags: WorkFlags, environment: Environment): Work {
  const { merge, repair, overwrite, shardIndex } = flags;
  if (merge) {
    if (repair) refuse("--repair", "--merge; merge first, then repair");
    if (shardIndex !== undefined) refuse("--shard-index", "--merge, which takes all parts");
    if (overwrite) refuse("--overwrite", "--merge, which keeps what the parts made");
    return { kind: "merge" };
  }
  if (repair && overwrite) refuse("--repair", "--overwrite, which keeps nothing to repair");
  const part = choosePart(flags, environment);
  if (!part) return { kind: repair ? "repair" : "whole" };
  if (repair) {
    refuse(
      "--repair",
      `a part of the cache (${part.source}): it takes all of it; --shard-count=1 does so here`,
    );
  }
  if (overwrite) {
    const source = `a part of the cache (${part.source})`;
    refuse(
      "--overwrite",
      `${source}, whose neighbours would lose theirs; empty the folder first, or ` +
        "make all of it with --shard-count=1",
    );
  }
  return { kind: "part", part };
}

function refuse(flag: string, reason: string): never {
  throw new UsageError(`${flag} does not go with ${reason}`);
}
