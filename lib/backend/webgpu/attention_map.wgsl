// The attention of 32 queries to 64 keys, of `headsPerMap` heads fused into one map, from scores computed
// anew and the statistics of their rows: no weights of a single head reach memory unless they are the map.
//
// Bindings: qkv [B, T, 3·D], statistics [B, H, T] of pairs, map [B, H / headsPerMap, T, T].

@group(0) @binding(1) var<storage, read> statistics: array<vec2f>;

const fuseByMaximum = 1u; // values of the constant `fusion`, as in TypeScript; 0 is the mean
const fuseByMinimum = 2u;

fn fuse(fused: vec4f, weights: vec4f) -> vec4f {
  if (fusion == fuseByMaximum) {
    return max(fused, weights);
  }
  if (fusion == fuseByMinimum) {
    return min(fused, weights);
  }
  return fused + weights / f32(headsPerMap);
}

fn statisticsOf(row: u32) -> vec2f {
  return statistics[(batch * numHeads + head) * numTokens + min(row, numTokens - 1u)];
}

fn write(map: u32, row: u32, key: u32, four: vec4f) {
  if (row < numTokens && key < numTokens) {
    fusedPut((map * numTokens + row) * numTokens + key, numTokens - key, four);
  }
}

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) localIndex: u32) {
  enter(localIndex);
  let mapsPerImage: u32 = numHeads / headsPerMap;
  batch = group.z / mapsPerImage;
  let firstHead = (group.z % mapsPerImage) * headsPerMap;
  let row = group.y * tileRows + 4u * rowQuad;
  let none = vec4f(select(0.0, 2.0, fusion == fuseByMinimum)); // 2: above every weight
  var fused = Block(none, none, none, none);
  for (var h = 0u; h < headsPerMap; h++) {
    head = firstHead + h;
    let scores = scoresOf(group.y * tileRows, group.x * tileColumns);
    let of0 = statisticsOf(row);
    let of1 = statisticsOf(row + 1u);
    let of2 = statisticsOf(row + 2u);
    let of3 = statisticsOf(row + 3u);
    let weights = exponentials(scores, vec4f(of0.x, of1.x, of2.x, of3.x));
    fused[0] = fuse(fused[0], weights[0] * of0.y);
    fused[1] = fuse(fused[1], weights[1] * of1.y);
    fused[2] = fuse(fused[2], weights[2] * of2.y);
    fused[3] = fuse(fused[3], weights[3] * of3.y);
  }
  let key = group.x * tileColumns + 4u * columnQuad;
  write(group.z, row, key, fused[0]);
  write(group.z, row + 1u, key, fused[1]);
  write(group.z, row + 2u, key, fused[2]);
  write(group.z, row + 3u, key, fused[3]);
}
