// C = alpha·op(A)·op(B) + beta·C for row-major float32 matrices, with BLAS's arguments.
//
// Goto & van de Geijn 2008, doi:10.1145/1356052.1356053: blocks of both operands are packed into panels
// that a micro-kernel reads from front to back, 6 rows × 8 columns of C staying in registers.
import { at, madd } from "./vector";

const TILE_ROWS: i32 = 6;
const TILE_COLUMNS: i32 = 8;
/** Depth of a block: a panel of A and one of B lie in the first cache together. */
const BLOCK_DEPTH: i32 = 256;
/** Rows of a packed block of A: with BLOCK_DEPTH, 96 KiB of the second cache. */
const BLOCK_ROWS: i32 = 96;
/** Columns of a packed block of B: with BLOCK_DEPTH, 1 MiB. */
const BLOCK_COLUMNS: i32 = 1024;

const PANELS_A_BYTES: i32 = (BLOCK_ROWS * BLOCK_DEPTH) << 2;
const PANELS_B_BYTES: i32 = (BLOCK_COLUMNS * BLOCK_DEPTH) << 2;
const TILE_BYTES: i32 = (TILE_ROWS * TILE_COLUMNS) << 2;

/** Bytes of scratch that {@linkcode sgemm} needs. */
export function gemmScratchBytes(): i32 {
  return PANELS_A_BYTES + PANELS_B_BYTES + TILE_BYTES;
}

/** As `cblas_sgemm` in row-major order; beta is 0 or 1. */
export function sgemm(
  transposeA: bool,
  transposeB: bool,
  m: i32,
  n: i32,
  k: i32,
  alpha: f32,
  a: usize,
  lda: i32,
  b: usize,
  ldb: i32,
  beta: f32,
  c: usize,
  ldc: i32,
  scratch: usize,
): void {
  const panelsA = scratch;
  const panelsB = scratch + <usize> PANELS_A_BYTES;
  const tile = panelsB + <usize> PANELS_B_BYTES;
  const rowStepA = transposeA ? 1 : lda;
  const depthStepA = transposeA ? lda : 1;
  const depthStepB = transposeB ? 1 : ldb;
  const columnStepB = transposeB ? ldb : 1;
  for (let p = 0; p < k; p += BLOCK_DEPTH) {
    const depth = min(BLOCK_DEPTH, k - p);
    const adds = p > 0 || beta !== 0;
    for (let j = 0; j < n; j += BLOCK_COLUMNS) {
      const columns = min(BLOCK_COLUMNS, n - j);
      packB(at(b, p * depthStepB + j * columnStepB), panelsB, depth, columns, depthStepB, columnStepB);
      for (let i = 0; i < m; i += BLOCK_ROWS) {
        const rows = min(BLOCK_ROWS, m - i);
        packA(at(a, i * rowStepA + p * depthStepA), panelsA, rows, depth, rowStepA, depthStepA, alpha);
        multiplyBlock(panelsA, panelsB, at(c, i * ldc + j), rows, columns, depth, ldc, adds, tile);
      }
    }
  }
}

/** Packs A into panels of 6 rows, depth after depth, times alpha; rows that are not there are zero. */
function packA(
  a: usize,
  panels: usize,
  rows: i32,
  depth: i32,
  rowStep: i32,
  depthStep: i32,
  alpha: f32,
): void {
  let to = panels;
  for (let i = 0; i < rows; i += TILE_ROWS) {
    const present = min(TILE_ROWS, rows - i);
    for (let p = 0; p < depth; p++) {
      const from = at(a, i * rowStep + p * depthStep);
      for (let r = 0; r < TILE_ROWS; r++) {
        store<f32>(at(to, r), r < present ? load<f32>(at(from, r * rowStep)) * alpha : 0);
      }
      to += <usize> TILE_ROWS << 2;
    }
  }
}

/** Packs B into panels of 8 columns, depth after depth; columns that are not there are zero. */
function packB(
  b: usize,
  panels: usize,
  depth: i32,
  columns: i32,
  depthStep: i32,
  columnStep: i32,
): void {
  let to = panels;
  for (let j = 0; j < columns; j += TILE_COLUMNS) {
    const present = min(TILE_COLUMNS, columns - j);
    const contiguous = columnStep === 1 && present === TILE_COLUMNS;
    for (let p = 0; p < depth; p++) {
      const from = at(b, j * columnStep + p * depthStep);
      if (contiguous) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
      } else {
        for (let q = 0; q < TILE_COLUMNS; q++) {
          store<f32>(at(to, q), q < present ? load<f32>(at(from, q * columnStep)) : 0);
        }
      }
      to += <usize> TILE_COLUMNS << 2;
    }
  }
}

function multiplyBlock(
  panelsA: usize,
  panelsB: usize,
  c: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  ldc: i32,
  adds: bool,
  tile: usize,
): void {
  for (let j = 0; j < columns; j += TILE_COLUMNS) {
    const panelB = at(panelsB, j * depth);
    for (let i = 0; i < rows; i += TILE_ROWS) {
      const panelA = at(panelsA, i * depth);
      const to = at(c, i * ldc + j);
      if (rows - i >= TILE_ROWS && columns - j >= TILE_COLUMNS) {
        multiplyTile(panelA, panelB, to, depth, ldc, adds);
      } else {
        multiplyTile(panelA, panelB, tile, depth, TILE_COLUMNS, false);
        copyTile(tile, to, min(TILE_ROWS, rows - i), min(TILE_COLUMNS, columns - j), ldc, adds);
      }
    }
  }
}

/** Copies or adds the part of a tile that lies within C. */
function copyTile(tile: usize, c: usize, rows: i32, columns: i32, ldc: i32, adds: bool): void {
  for (let r = 0; r < rows; r++) {
    for (let q = 0; q < columns; q++) {
      const to = at(c, r * ldc + q);
      const value = load<f32>(at(tile, r * TILE_COLUMNS + q));
      store<f32>(to, adds ? load<f32>(to) + value : value);
    }
  }
}

/** The micro-kernel; written out, because only single variables stay in registers. */
function multiplyTile(a: usize, b: usize, c: usize, depth: i32, ldc: i32, adds: bool): void {
  const zero = f32x4.splat(0);
  let c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero;
  let c30 = zero, c31 = zero, c40 = zero, c41 = zero, c50 = zero, c51 = zero;
  for (let p = 0; p < depth; p++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let row = v128.load32_splat(a);
    c00 = madd(row, b0, c00);
    c01 = madd(row, b1, c01);
    row = v128.load32_splat(a, 4);
    c10 = madd(row, b0, c10);
    c11 = madd(row, b1, c11);
    row = v128.load32_splat(a, 8);
    c20 = madd(row, b0, c20);
    c21 = madd(row, b1, c21);
    row = v128.load32_splat(a, 12);
    c30 = madd(row, b0, c30);
    c31 = madd(row, b1, c31);
    row = v128.load32_splat(a, 16);
    c40 = madd(row, b0, c40);
    c41 = madd(row, b1, c41);
    row = v128.load32_splat(a, 20);
    c50 = madd(row, b0, c50);
    c51 = madd(row, b1, c51);
    a += <usize> TILE_ROWS << 2;
    b += <usize> TILE_COLUMNS << 2;
  }
  storeRow(c, c00, c01, adds);
  storeRow(at(c, ldc), c10, c11, adds);
  storeRow(at(c, 2 * ldc), c20, c21, adds);
  storeRow(at(c, 3 * ldc), c30, c31, adds);
  storeRow(at(c, 4 * ldc), c40, c41, adds);
  storeRow(at(c, 5 * ldc), c50, c51, adds);
}

// @ts-ignore: decorator
@inline
function storeRow(to: usize, left: v128, right: v128, adds: bool): void {
  if (adds) {
    left = f32x4.add(left, v128.load(to));
    right = f32x4.add(right, v128.load(to, 16));
  }
  v128.store(to, left);
  v128.store(to, right, 16);
}
