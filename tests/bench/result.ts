/**
 * What the benchmark finds out.
 *
 * @module
 */
import type { BenchOptions } from "../../lib/config/task_schemas.ts";
import type { PairedTimes } from "./pairs.ts";
import { median, speedup, type Spread } from "./statistics.ts";

/** A part of the benchmark, as `--only` names it. */
export type SectionName = BenchOptions["only"][number];

/** One line of a table. */
export interface Row {
  /** What was measured. */
  readonly name: string;
  /** What `ours` and `peer` count. */
  readonly unit: "images/s" | "s" | "ms" | "MiB";
  /** Our median; absent where only the peer can be measured. */
  readonly ours?: number;
  /** PyTorch's median; absent without a peer. */
  readonly peer?: number;
  /** How many times faster we are, over the pairs. */
  readonly ratio?: Spread;
}

/** A table and what there is to say about it. */
export interface Section {
  /** The part of the benchmark. */
  readonly name: SectionName;
  /** The table's heading. */
  readonly title: string;
  /** The measurements. */
  readonly rows: readonly Row[];
  /** Sentences below the table: agreement of results, reasons for empty cells. */
  readonly notes: readonly string[];
}

/** The row of a measurement that takes `images` images an iteration, in images a second. */
export function throughputRow(name: string, times: PairedTimes, images: number): Row {
  return {
    name,
    unit: "images/s",
    ours: images / median(times.ours),
    ...(times.peer && {
      peer: images / median(times.peer),
      ratio: speedup(times.ours, times.peer),
    }),
  };
}

/** The row of a measurement in seconds. */
export function durationRow(name: string, times: PairedTimes): Row {
  return {
    name,
    unit: "s",
    ours: median(times.ours),
    ...(times.peer && { peer: median(times.peer), ratio: speedup(times.ours, times.peer) }),
  };
}
