// Sums over rows, and rows repeated.
import { at } from "./vector";

/** sums = Σ over the rows of x [rows, width]. */
export function sumRows(x: usize, sums: usize, rows: i32, width: i32): void {
  memory.fill(sums, 0, (<usize> width) << 2);
  const full = width & ~3;
  for (let row = 0; row < rows; row++) {
    const from = at(x, row * width);
    for (let j = 0; j < full; j += 4) {
      v128.store(at(sums, j), f32x4.add(v128.load(at(sums, j)), v128.load(at(from, j))));
    }
    for (let j = full; j < width; j++) {
      store<f32>(at(sums, j), load<f32>(at(sums, j)) + load<f32>(at(from, j)));
    }
  }
}

/** Writes `row` [width] into each row of y [rows, width]. */
export function repeatRow(row: usize, y: usize, rows: i32, width: i32): void {
  const bytes = (<usize> width) << 2;
  for (let i = 0; i < rows; i++) memory.copy(y + <usize> i * bytes, row, bytes);
}
