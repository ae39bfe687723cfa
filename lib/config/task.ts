/**
 * What a task is to the command line: a name, a sentence, and the options it takes.
 *
 * @module
 */

/** What a schema found wrong. */
export interface OptionIssue {
  /** Where it is, from the option's name on. */
  readonly path: readonly PropertyKey[];
}

/** The part of a strict zod object that reading options rests on. */
export interface OptionSchema<Options> {
  /** The schema of each option, by its camelCase name. */
  readonly shape: Readonly<Record<string, unknown>>;
  /** Completes valid options with the defaults of those not given. */
  parse(values: unknown): Options;
  /** Checks the options given. */
  safeParse(values: unknown):
    | { readonly success: true }
    | { readonly success: false; readonly error: { readonly issues: readonly OptionIssue[] } };
}

/** One command: `deno task <name>`. */
export interface Task<Options> {
  /** As in `deno task <name>`. */
  readonly name: string;
  /** What it does, in one sentence for `--help`. */
  readonly description: string;
  /** Its options, a strict zod object made of the groups of `options.ts`. */
  readonly schema: OptionSchema<Options>;
  /** The option, a list of text, that takes the arguments without a flag; without it none is allowed. */
  readonly positional?: string;
}

/** The checked options that a task's body receives. */
export type OptionsOf<SomeTask> = SomeTask extends Task<infer Options> ? Options : never;
