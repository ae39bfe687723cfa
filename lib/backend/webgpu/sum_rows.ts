/**
 * The sum over the rows of a matrix on WebGPU.
 *
 * @module
 */
import type { TensorInfo } from "../tensors.ts";
import { dispatch } from "./dispatch.ts";
import { elementsOf } from "./elements.ts";
import sumOverRows from "./sum_over_rows.wgsl" with { type: "text" };
import source from "./sum_rows.wgsl" with { type: "text" };
import type { KernelCall } from "./webgpu_backend.ts";

/** Columns are summed in strips of 32 bytes, the least that a GPU reads of a row at once. */
const stripWidth = 8;

/** A matrix of fewer rows gets a thread a column. */
const fewRows = 64;

const threads = 256;

/** Σ over the rows: float32 [rows, D] → [D], always added in the same order. */
export function sumRows(
  { inputs: { matrix }, backend }: KernelCall<{ matrix: TensorInfo }>,
): TensorInfo {
  const [rows, width] = matrix.shape;
  const { columnLanes, components, element, workgroups } = columnStrips(rows, width);
  const program = {
    name: "SumRows",
    sources: () => [element, sumOverRows, source],
    constants: { columnLanes, components },
  };
  return dispatch(program, { backend, inputs: [matrix], outputs: [[width]], workgroups })[0];
}

/** How workgroups share out the columns of a matrix, for programs with `sum_over_rows.wgsl`. */
export interface ColumnStrips {
  /** Threads of a workgroup that have different columns; the others share theirs. */
  readonly columnLanes: number;
  /** As {@linkcode elementsOf} gives it. */
  readonly components: 4 | 1;
  /** As {@linkcode elementsOf} gives it. */
  readonly element: string;
  /** How many there are. */
  readonly workgroups: number;
}

/** Shares out the columns of a matrix. */
export function columnStrips(rows: number, width: number): ColumnStrips {
  const { components, source: element } = elementsOf(width);
  const columnLanes = rows < fewRows ? threads : stripWidth / components;
  const workgroups = Math.ceil(width / components / columnLanes);
  return { columnLanes, components, element, workgroups };
}
