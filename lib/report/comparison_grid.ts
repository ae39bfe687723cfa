/**
 * The students of a comparison: every base with every view and every schedule.
 *
 * @module
 */
import type { Degradation } from "../config/degradation.ts";
import { amountOf, degradationsOf, type ViewGrid } from "../config/degradation_options.ts";
import type { Strategy } from "../config/strategies.ts";
import { UsageError } from "../config/usage_error.ts";
import { shortNameOf } from "../model/model_address.ts";

/** What a comparison varies. */
export interface ComparisonGrid extends ViewGrid {
  /** Bases of the students. */
  readonly studentModels: readonly string[];
  /** Epochs of both phases, such as `4+16`. */
  readonly phases: readonly string[];
}

/** One student of a comparison. */
export interface ComparisonCell {
  /** Its name, which no other has: the folder of its run. */
  readonly name: string;
  /** Its base. */
  readonly studentModel: string;
  /** What it sees. */
  readonly degradation: Degradation;
  /** Epochs with the base frozen. */
  readonly linearLayerEpochs: number;
  /** Epochs of everything. */
  readonly ftEpochs: number;
}

/**
 * Spells out a grid.
 *
 * @throws {UsageError} When two students would have one name.
 */
export function spellOutGrid(grid: ComparisonGrid): ComparisonCell[] {
  const { studentModels, phases } = grid;
  const cells = studentModels.flatMap((studentModel) =>
    phases.flatMap((phase) =>
      degradationsOf(grid).map((degradation): ComparisonCell => {
        const [linearLayerEpochs, ftEpochs] = phase.split("+").map(Number);
        const name = [shortNameOf(studentModel), ...viewOf(degradation), phase].join("-");
        return { name, studentModel, degradation, linearLayerEpochs, ftEpochs };
      })
    )
  );
  const names = cells.map(({ name }) => name);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice === undefined) return cells;
  throw new UsageError(
    `the grid has two students named ${twice}, expected each once; name bases whose last parts differ, ` +
      "and no value twice",
  );
}

/** The kind of a view, and how strong it is. */
export function viewOf(degradation: Degradation): [strategy: Strategy, amount: number] {
  return [degradation.strategy, amountOf(degradation)];
}
