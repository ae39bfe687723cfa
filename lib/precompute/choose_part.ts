/**
 * Which part of a cache a process makes: what its flags say, else what the cluster that runs it says.
 *
 * @module
 */
import type { CachePart } from "../cache/cache_part.ts";
import { UsageError } from "../config/usage_error.ts";

/** What the flags say. */
export interface PartFlags {
  /** `--shard-index`: the part, from 0. */
  readonly shardIndex?: number;
  /** `--shard-count`: the number of parts. */
  readonly shardCount?: number;
}

/** A part, and who chose it. */
export interface ChosenPart extends CachePart {
  /** In words: `--shard-index`, `SLURM_ARRAY_TASK_ID`. */
  readonly source: string;
}

/** Reads a variable of the environment; undefined when it is not set. */
export type Environment = (name: string) => string | undefined;

/**
 * Chooses the part of this process.
 *
 * A flag goes before the environment, each of the two numbers by itself. A Slurm array counts from its
 * `SLURM_ARRAY_TASK_MIN` in steps of `SLURM_ARRAY_TASK_STEP`; if `--shard-count` is another number than
 * that of its tasks, some of a larger array run again, and the task's id is the part. A Kubernetes Job
 * does not say how often it is to complete: its manifest does, as `JOB_COMPLETIONS` or `--shard-count`.
 *
 * @returns Nothing when neither says anything, or there is one part: all of the cache.
 * @throws {UsageError} When a number is missing or impossible.
 */
export function choosePart(flags: PartFlags, environment: Environment): ChosenPart | undefined {
  if (flags.shardCount === 1 && !flags.shardIndex) return undefined;
  const found = flags.shardIndex === undefined
    ? fromSlurm(flags, environment) ?? fromKubernetes(flags, environment)
    : { index: flags.shardIndex, count: flags.shardCount, source: "--shard-index" };
  if (!found) {
    if (flags.shardCount === undefined) return undefined;
    throw new UsageError(
      `--shard-count is ${flags.shardCount}, but which part this is nobody says: expected --shard-index, ` +
        "or an environment with SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX",
    );
  }
  const { index, count, source } = found;
  if (count === undefined) {
    throw new UsageError(
      `${source} is ${index}, but of how many parts nobody says: expected --shard-count` +
        (source === "--shard-index"
          ? ""
          : " or JOB_COMPLETIONS; --shard-count=1 makes all of them"),
    );
  }
  if (index >= count) {
    throw new UsageError(
      `${source} is part ${index}, expected a number below --shard-count, ${count}: parts count from 0`,
    );
  }
  return count === 1 ? undefined : { index, count, source };
}

interface Found {
  readonly index: number;
  readonly count: number | undefined;
  readonly source: string;
}

function fromSlurm({ shardCount }: PartFlags, environment: Environment): Found | undefined {
  const source = "SLURM_ARRAY_TASK_ID";
  const [id, tasks, last, first = 0, step = 1] = [
    source,
    "SLURM_ARRAY_TASK_COUNT",
    "SLURM_ARRAY_TASK_MAX",
    "SLURM_ARRAY_TASK_MIN",
    "SLURM_ARRAY_TASK_STEP",
  ].map((name) => wholeNumber(name, environment));
  if (id === undefined) return undefined;
  const isPartOfArray = shardCount !== undefined && shardCount !== tasks;
  if (isPartOfArray) return { index: id, count: shardCount, source };
  const index = (id - first) / step;
  const hasGaps = last !== undefined && Math.floor((last - first) / step) + 1 !== tasks;
  if (!hasGaps && Number.isInteger(index) && index >= 0) return { index, count: tasks, source };
  throw new UsageError(
    `${source} is ${id} in an array with gaps, expected ids in equal steps; give --shard-count, ` +
      "the number of all parts: the id then is the part, from 0",
  );
}

function fromKubernetes({ shardCount }: PartFlags, environment: Environment): Found | undefined {
  const source = "JOB_COMPLETION_INDEX";
  const index = wholeNumber(source, environment);
  if (index === undefined) return undefined;
  return { index, count: shardCount ?? wholeNumber("JOB_COMPLETIONS", environment), source };
}

function wholeNumber(name: string, environment: Environment): number | undefined {
  const text = environment(name);
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(
    `${name} is ${text}, expected a whole number; --shard-count=1 leaves it unread`,
  );
}
