/**
 * Feeds damaged files to whoever reads them: each must be refused in the project's own words, or read.
 *
 * @module
 */
import { Random } from "../../lib/random/random.ts";
import type { Mutant } from "./mutate_bytes.ts";

/** A whole file, to be damaged. */
export interface CorpusFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** One kind of file, and who reads it. */
export interface Subject {
  /** Whole files of this kind. */
  readonly corpus: readonly CorpusFile[];
  /** Damages one. */
  readonly mutate: (file: CorpusFile, random: Random) => Mutant;
  /**
   * Reads a file of the corpus, perhaps damaged; what it is called must be part of the message when it is refused.
   *
   * @returns A summary of what was read: equal summaries mean equal content.
   */
  readonly read: (file: CorpusFile) => Promise<string>;
  /** What the message of a refusal must match; the file's name is expected when not given. */
  readonly names?: RegExp;
  /** Whether a damaged file must be refused unless it says the same as the whole one. */
  readonly isGuarded?: boolean;
  /** Called at the end. */
  readonly close?: () => PromiseLike<void>;
}

/** Which part of the endless row of damaged files is tried. */
export interface FuzzOptions {
  readonly kind: string;
  readonly seed: number;
  readonly first?: number;
  readonly count: number;
  /** Told what is about to be read, so that a watchdog can name it. */
  readonly onCase?: (described: string) => void;
}

/** What became of the damaged files. */
export interface FuzzTally {
  /** The names of the whole files. */
  readonly corpus: readonly string[];
  mutated: number;
  refused: number;
  same: number;
  other: number;
}

/** What an engine says when nobody has looked at the file before. */
const raw =
  /cannot read propert|undefined is not|is not a function|not iterable|invalid (typed )?array length|allocation failed|call stack|is not defined|cannot convert|bigint|toISOString/i;

/** A case takes milliseconds; so long may it take on a machine that is busy. */
const PATIENCE_MS = 10_000;

/** Tries damaged files one by one; throws at the first that is met wrongly, saying how to see it again. */
export async function fuzz(subject: Subject, options: FuzzOptions): Promise<FuzzTally> {
  const { kind, seed, first = 0, count, onCase } = options;
  const whole = new Map<string, string>();
  for (const file of subject.corpus) whole.set(file.name, await subject.read(file));
  const tally: FuzzTally = { corpus: [...whole.keys()], mutated: 0, refused: 0, same: 0, other: 0 };
  for (let number = first; number < first + count; number++) {
    const random = Random.from("fuzz", kind, seed, number);
    const file = random.pick(subject.corpus);
    const { bytes, mutation } = subject.mutate(file, random);
    const described = `${kind}: ${file.name} with ${mutation}; to see it again: ` +
      `deno run -A tests/fuzz/reproduce.ts "${kind}" ${seed} ${number}`;
    onCase?.(described);
    const started = performance.now();
    const outcome = await outcomeOf(subject, { name: file.name, bytes }, whole.get(file.name)!);
    tally.mutated++;
    if (outcome === "refused" || outcome === "same" || outcome === "other") tally[outcome]++;
    else throw new Error(`${outcome.fault} — ${described}`, { cause: outcome.cause });
    if (performance.now() - started > PATIENCE_MS) throw new Error(`too slow — ${described}`);
  }
  return tally;
}

type Outcome = "refused" | "same" | "other" | { readonly fault: string; readonly cause?: unknown };

async function outcomeOf(subject: Subject, file: CorpusFile, whole: string): Promise<Outcome> {
  try {
    if (await subject.read(file) === whole) return "same";
    return subject.isGuarded ? { fault: "read as something else" } : "other";
  } catch (cause) {
    const fault = faultOf(cause, subject.names ?? new RegExp(RegExp.escape(file.name)));
    return fault ? { fault, cause } : "refused";
  }
}

/** What is wrong with a refusal; undefined when nothing is. */
function faultOf(error: unknown, names: RegExp): string | undefined {
  if (!(error instanceof Error)) return `threw ${String(error)}`;
  const shown = `${error.name}: ${error.message.slice(0, 600)}`;
  if (!["Error", "SyntaxError", "RangeError", "UsageError", "NotFound"].includes(error.name)) {
    return `threw ${shown}`;
  }
  if (raw.test(error.message)) return `raw error ${shown}`;
  // deno-lint-ignore no-control-regex
  if (/[\u0000-\u001f\u007f-\u009f]/.test(error.message)) {
    return `more than one plain line: ${JSON.stringify(shown)}`;
  }
  if (error.message.length > 5000) {
    return `a message of ${error.message.length} characters: ${shown}`;
  }
  if (!names.test(error.message)) return `the file is not named: ${shown}`;
  return undefined;
}
