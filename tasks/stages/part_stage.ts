/**
 * Making a part of a cache as a terminal shows it.
 *
 * @module
 */
import { describePart } from "../../lib/cache/cache_part.ts";
import type { PrecomputeOptions } from "../../lib/config/task_schemas.ts";
import type { ChosenPart } from "../../lib/precompute/choose_part.ts";
import {
  type PartOutcome,
  precomputeDatasetPart,
} from "../../lib/precompute/precompute_dataset.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { explainStop, jobOf } from "./precompute_stage.ts";

/** What became of a part, for scripts. */
export interface PartStageResult {
  /** The cache's folder. */
  readonly rolloutDir: string;
  /** The number of the part, from 0. */
  readonly shardIndex: number;
  /** The number of parts. */
  readonly shardCount: number;
  /** Shards of the part. */
  readonly shards: number;
  /** Files that other parts have yet to make. */
  readonly absent: number;
}

/** Makes a part of a cache with progress on the terminal; the backend runs already. */
export async function partStage(
  options: PrecomputeOptions & { readonly part: ChosenPart },
  terminal: Terminal,
): Promise<PartStageResult> {
  const { rolloutDir, part } = options;
  terminal.say(`${describePart(part)}, from ${part.source}`);
  const outcome = await precomputeDatasetPart({ ...jobOf(options, terminal), part })
    .catch((error) => explainStop(error, { command: "the same command", terminal }));
  terminal.print(`${describePart(part)}: ${describeOutcome(outcome, rolloutDir)}`);
  const { shards, absent } = outcome;
  const { index: shardIndex, count: shardCount } = part;
  return { rolloutDir, shardIndex, shardCount, shards, absent: absent.length };
}

function describeOutcome({ shards, total, absent }: PartOutcome, folder: string): string {
  const done = shards === 0
    ? `nothing to do, the cache has only ${total} shards`
    : `done, ${shards} of ${total} shards under ${folder}`;
  const next = absent.length === 0
    ? "every file is there for precompute --merge"
    : `other parts have ${absent.length} files to make`;
  return `${done}; ${next}`;
}
