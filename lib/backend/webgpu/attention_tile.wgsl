// Products of matrices within one head, tile by tile. A workgroup of 16 × 8 threads computes 32 rows of
// 64 columns, each thread 4 × 4 of them, from slices of 32 of the inner axis in workgroup memory.
//
// B batch, H heads, T tokens, d headWidth, D = H·d.

const sliceDepth = 32u;
const rowQuads = 8u; // fours of rows in a tile
const columnQuads = 16u; // fours of columns
const tileRows = 32u;
const tileColumns = 64u;
const threads = 128u;
const embedDim = numHeads * headWidth;

/// Four rows of four columns.
alias Block = array<vec4f, 4>;

var<workgroup> left: array<vec4f, 256>; // of each depth of the slice, the rows in fours
var<workgroup> right: array<vec4f, 512>; // of each depth of the slice, the columns in fours

var<private> batch: u32;
var<private> head: u32;
var<private> thread: u32;
var<private> rowQuad: u32; // this thread's
var<private> columnQuad: u32;

fn enter(localIndex: u32) {
  thread = localIndex;
  rowQuad = localIndex / columnQuads;
  columnQuad = localIndex % columnQuads;
}

// The exclusive or spreads what neighbouring threads write over the banks of the memory.
fn leftSlot(depth: u32, quad: u32) -> u32 {
  return depth * rowQuads + (quad ^ (depth / 4u));
}

fn rightSlot(depth: u32, quad: u32) -> u32 {
  return depth * columnQuads + (quad ^ (depth / 4u));
}

fn addOuterProduct(block: ptr<function, Block>, depth: u32) {
  let rows = left[leftSlot(depth, rowQuad)];
  let columns = right[rightSlot(depth, columnQuad)];
  (*block)[0] = fma(vec4f(rows.x), columns, (*block)[0]);
  (*block)[1] = fma(vec4f(rows.y), columns, (*block)[1]);
  (*block)[2] = fma(vec4f(rows.z), columns, (*block)[2]);
  (*block)[3] = fma(vec4f(rows.w), columns, (*block)[3]);
}

/// Adds this thread's part of the product of the slices in workgroup memory.
fn addProduct(block: ptr<function, Block>) {
  for (var depth = 0u; depth < sliceDepth; depth += 4u) {
    addOuterProduct(block, depth);
    addOuterProduct(block, depth + 1u);
    addOuterProduct(block, depth + 2u);
    addOuterProduct(block, depth + 3u);
  }
}

/// Sums over all columns of the four rows of this thread.
fn sumOverRows(share: vec4f) -> vec4f {
  workgroupBarrier();
  left[thread] = share;
  workgroupBarrier();
  var sums = vec4f(0.0);
  for (var i = 0u; i < columnQuads; i++) {
    sums += left[rowQuad * columnQuads + i];
  }
  return sums;
}

/// The largest of all columns of the four rows of this thread.
fn largestOfRows(share: vec4f) -> vec4f {
  workgroupBarrier();
  left[thread] = share;
  workgroupBarrier();
  var largest = share;
  for (var i = 0u; i < columnQuads; i++) {
    largest = max(largest, left[rowQuad * columnQuads + i]);
  }
  return largest;
}

fn totals(block: Block) -> vec4f {
  return vec4f(1.0) * mat4x4f(block[0], block[1], block[2], block[3]);
}

/// The index in qkv of a token's query (part 0), key (1) or value (2) in the current head.
fn qkvIndex(part: u32, token: u32, channel: u32) -> u32 {
  return ((batch * numTokens + token) * 3u + part) * embedDim + head * headWidth + channel;
}

/// The index of a token's channel of the current head in [B, T, D].
fn mixedIndex(token: u32, channel: u32) -> u32 {
  return (batch * numTokens + token) * embedDim + head * headWidth + channel;
}

/// The index of a query's weight on a key in [B, H, T, T].
fn weightIndex(query: u32, key: u32) -> u32 {
  return ((batch * numHeads + head) * numTokens + query) * numTokens + key;
}

fn isInside(token: u32, channel: u32) -> bool {
  return token < numTokens && channel < headWidth;
}
