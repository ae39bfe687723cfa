// c = a·b + bias for one tile of c: lanes × lanes threads compute 8·lanes rows of as many columns, each
// thread 8 × 8 of them in four blocks of 4 × 4, from slices of 16 of the inner axis in workgroup memory.
// While a slice is multiplied, the next one is on its way into registers. The program says what a slice is
// kept in: Staged is vec4f, or vec4h where what is multiplied is rounded to float16; sums are float32.
//
// Where `splits` is above 1, each tile is shared out among as many workgroups along the inner axis, and c
// has a leading axis of their parts.

struct Sizes {
  rows: u32,
  inner: u32,
  columns: u32,
  leftStride: u32, // from one matrix of a batch to the next, in numbers; 0 where all share one
  rightStride: u32,
  splits: u32,
  innerPerSplit: u32,
}

@group(0) @binding(sizesBinding) var<uniform> sizes: Sizes;

const sliceDepth = 16u;
const quads = 2u * lanes; // fours of rows in a tile, and of columns
const threads = lanes * lanes;
const blocksPerSide = quads * sliceDepth / 4u; // blocks of 4 × 4 numbers in a slice

alias Accumulators = array<vec4f, 16>; // of each of 8 rows, two fours of columns

var<workgroup> left: array<Staged, sliceDepth * quads>; // of each depth, the rows in fours
var<workgroup> right: array<Staged, sliceDepth * quads>; // of each depth, the columns in fours

/// The exclusive or spreads what neighbouring threads write over the banks of the memory.
fn slot(depth: u32, quad: u32) -> u32 {
  return depth * quads + (quad ^ (depth / 4u * 2u));
}

/// Where a thread takes a block of a slice from, and where it puts it.
struct Place {
  isLeft: bool,
  depth: u32,
  quad: u32,
}

/// Neighbouring threads take what is next to each other in memory.
fn placeOf(block: u32) -> Place {
  let isLeft = block < blocksPerSide;
  let i = block % blocksPerSide;
  if (select(turnsRight, turnsLeft, isLeft)) {
    return Place(isLeft, i % (sliceDepth / 4u) * 4u, i / (sliceDepth / 4u));
  }
  return Place(isLeft, i / quads * 4u, i % quads);
}

/// Four numbers along a row of a as it is stored: [inner, rows], or [rows, inner] where it is turned.
fn leftFour(start: u32, major: u32, minor: u32) -> vec4f {
  let height = select(sizes.inner, sizes.rows, turnsLeft);
  let width = select(sizes.rows, sizes.inner, turnsLeft);
  if (major < height && minor < width) {
    return aAt(start + major * width + minor, width - minor);
  }
  return vec4f(0.0);
}

/// Four numbers along a row of b as it is stored: [inner, columns], or [columns, inner] where it is turned.
fn rightFour(start: u32, major: u32, minor: u32) -> vec4f {
  let height = select(sizes.inner, sizes.columns, turnsRight);
  let width = select(sizes.columns, sizes.inner, turnsRight);
  if (major < height && minor < width) {
    return bAt(start + major * width + minor, width - minor);
  }
  return vec4f(0.0);
}

fn fetchLeft(start: u32, row: u32, depth: u32) -> mat4x4f {
  let major = select(depth, row, turnsLeft);
  let minor = select(row, depth, turnsLeft);
  let block = mat4x4f(
    leftFour(start, major, minor),
    leftFour(start, major + 1u, minor),
    leftFour(start, major + 2u, minor),
    leftFour(start, major + 3u, minor),
  );
  if (turnsLeft) {
    return transpose(block);
  }
  return block;
}

fn fetchRight(start: u32, column: u32, depth: u32) -> mat4x4f {
  let major = select(depth, column, turnsRight);
  let minor = select(column, depth, turnsRight);
  let block = mat4x4f(
    rightFour(start, major, minor),
    rightFour(start, major + 1u, minor),
    rightFour(start, major + 2u, minor),
    rightFour(start, major + 3u, minor),
  );
  if (turnsRight) {
    return transpose(block);
  }
  return block;
}

/// What this workgroup computes.
struct Task {
  leftStart: u32,
  rightStart: u32,
  firstRow: u32,
  firstColumn: u32,
}

/// A block of a slice, one vector a depth.
fn fetch(task: Task, firstDepth: u32, block: u32) -> mat4x4f {
  let place = placeOf(block);
  let depth = firstDepth + place.depth;
  if (place.isLeft) {
    return fetchLeft(task.leftStart, task.firstRow + 4u * place.quad, depth);
  }
  return fetchRight(task.rightStart, task.firstColumn + 4u * place.quad, depth);
}

fn store(block: u32, fours: mat4x4f) {
  let place = placeOf(block);
  let at = place.depth;
  if (place.isLeft) {
    left[slot(at, place.quad)] = Staged(fours[0]);
    left[slot(at + 1u, place.quad)] = Staged(fours[1]);
    left[slot(at + 2u, place.quad)] = Staged(fours[2]);
    left[slot(at + 3u, place.quad)] = Staged(fours[3]);
  } else {
    right[slot(at, place.quad)] = Staged(fours[0]);
    right[slot(at + 1u, place.quad)] = Staged(fours[1]);
    right[slot(at + 2u, place.quad)] = Staged(fours[2]);
    right[slot(at + 3u, place.quad)] = Staged(fours[3]);
  }
}

fn addOuterProduct(c: ptr<function, Accumulators>, depth: u32, lane: vec2u) {
  let top = vec4f(left[slot(depth, lane.y)]);
  let bottom = vec4f(left[slot(depth, lane.y + lanes)]);
  let first = vec4f(right[slot(depth, lane.x)]);
  let second = vec4f(right[slot(depth, lane.x + lanes)]);
  (*c)[0] = fma(vec4f(top.x), first, (*c)[0]);
  (*c)[1] = fma(vec4f(top.x), second, (*c)[1]);
  (*c)[2] = fma(vec4f(top.y), first, (*c)[2]);
  (*c)[3] = fma(vec4f(top.y), second, (*c)[3]);
  (*c)[4] = fma(vec4f(top.z), first, (*c)[4]);
  (*c)[5] = fma(vec4f(top.z), second, (*c)[5]);
  (*c)[6] = fma(vec4f(top.w), first, (*c)[6]);
  (*c)[7] = fma(vec4f(top.w), second, (*c)[7]);
  (*c)[8] = fma(vec4f(bottom.x), first, (*c)[8]);
  (*c)[9] = fma(vec4f(bottom.x), second, (*c)[9]);
  (*c)[10] = fma(vec4f(bottom.y), first, (*c)[10]);
  (*c)[11] = fma(vec4f(bottom.y), second, (*c)[11]);
  (*c)[12] = fma(vec4f(bottom.z), first, (*c)[12]);
  (*c)[13] = fma(vec4f(bottom.z), second, (*c)[13]);
  (*c)[14] = fma(vec4f(bottom.w), first, (*c)[14]);
  (*c)[15] = fma(vec4f(bottom.w), second, (*c)[15]);
}

fn addSlice(c: ptr<function, Accumulators>, lane: vec2u) {
  for (var depth = 0u; depth < sliceDepth; depth += 4u) {
    addOuterProduct(c, depth, lane);
    addOuterProduct(c, depth + 1u, lane);
    addOuterProduct(c, depth + 2u, lane);
    addOuterProduct(c, depth + 3u, lane);
  }
}

fn write(matrix: u32, row: u32, column: u32, four: vec4f) {
  if (row < sizes.rows && column < sizes.columns) {
    let count = sizes.columns - column;
    cPut((matrix * sizes.rows + row) * sizes.columns + column, count, four + biasOf(column));
  }
}

fn writeRow(matrix: u32, row: u32, column: u32, first: vec4f, second: vec4f) {
  write(matrix, row, column, first);
  write(matrix, row, column + 4u * lanes, second);
}

@compute @workgroup_size(threads)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let lane = vec2u(thread % lanes, thread / lanes);
  let batch = group.z / sizes.splits;
  let start = group.z % sizes.splits * sizes.innerPerSplit;
  let end = min(start + sizes.innerPerSplit, sizes.inner);
  let task = Task(
    batch * sizes.leftStride,
    batch * sizes.rightStride,
    group.y * 4u * quads,
    group.x * 4u * quads,
  );
  var c = Accumulators();
  var ahead = mat4x4f();
  var alsoAhead = mat4x4f();
  for (var depth = start; depth < end + sliceDepth; depth += sliceDepth) {
    if (depth < end) {
      ahead = fetch(task, depth, thread);
      if (fetchesTwice) {
        alsoAhead = fetch(task, depth, thread + threads);
      }
    }
    if (depth > start) {
      addSlice(&c, lane); // the one before
    }
    workgroupBarrier();
    if (depth < end) {
      store(thread, ahead);
      if (fetchesTwice) {
        store(thread + threads, alsoAhead);
      }
    }
    workgroupBarrier();
  }
  let top = task.firstRow + 4u * lane.y;
  let bottom = top + 4u * lanes;
  let column = task.firstColumn + 4u * lane.x;
  writeRow(group.z, top, column, c[0], c[1]);
  writeRow(group.z, top + 1u, column, c[2], c[3]);
  writeRow(group.z, top + 2u, column, c[4], c[5]);
  writeRow(group.z, top + 3u, column, c[6], c[7]);
  writeRow(group.z, bottom, column, c[8], c[9]);
  writeRow(group.z, bottom + 1u, column, c[10], c[11]);
  writeRow(group.z, bottom + 2u, column, c[12], c[13]);
  writeRow(group.z, bottom + 3u, column, c[14], c[15]);
}
