// dk = dSᵀ·q and dv = Pᵀ·dO, for 32 keys of one head (64 channels of it).
//
// Bindings: qkv [B, T, 3·D], dy [B, T, D], weights [B, H, T, T], dScores [B, H, T, T], dQkv [B, T, 3·D],
// of which the parts of the keys and values are written.

const ofValue = 0u;
const ofKey = 1u;

/// Weights of a query, or the gradients of its scores, for four keys.
fn readLeft(part: u32, query: u32, firstKey: u32) -> vec4f {
  if (query >= numTokens || firstKey >= numTokens) {
    return vec4f(0.0);
  }
  let index = weightIndex(query, firstKey);
  if (part == ofValue) {
    return weightsAt(index, numTokens - firstKey);
  }
  return dScoresAt(index, numTokens - firstKey);
}

/// What those are multiplied with: four channels of dO, or of the query.
fn readRight(part: u32, query: u32, channel: u32) -> vec4f {
  if (!isInside(query, channel)) {
    return vec4f(0.0);
  }
  if (part == ofValue) {
    return dyAt(mixedIndex(query, channel), headWidth - channel);
  }
  return qkvAt(qkvIndex(0u, query, channel), headWidth - channel);
}

fn stage(part: u32, firstQuery: u32, firstKey: u32, firstChannel: u32) {
  workgroupBarrier();
  for (var i = thread; i < sliceDepth * rowQuads; i += threads) {
    let depth = i / rowQuads;
    let quad = i % rowQuads;
    left[leftSlot(depth, quad)] = readLeft(part, firstQuery + depth, firstKey + 4u * quad);
  }
  for (var i = thread; i < sliceDepth * columnQuads; i += threads) {
    let depth = i / columnQuads;
    let quad = i % columnQuads;
    right[rightSlot(depth, quad)] = readRight(part, firstQuery + depth, firstChannel + 4u * quad);
  }
  workgroupBarrier();
}

fn write(token: u32, channel: u32, dKey: vec4f, dValue: vec4f) {
  if (isInside(token, channel)) {
    dQkvPut(qkvIndex(1u, token, channel), headWidth - channel, dKey);
    dQkvPut(qkvIndex(2u, token, channel), headWidth - channel, dValue);
  }
}

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) localIndex: u32) {
  enter(localIndex);
  batch = group.z;
  head = group.y;
  let firstKey = (group.x / channelTiles) * tileRows;
  let firstChannel = (group.x % channelTiles) * tileColumns;
  var dValue = Block();
  var dKey = Block();
  for (var firstQuery = 0u; firstQuery < numTokens; firstQuery += sliceDepth) {
    stage(ofValue, firstQuery, firstKey, firstChannel);
    addProduct(&dValue);
    stage(ofKey, firstQuery, firstKey, firstChannel);
    addProduct(&dKey);
  }
  let token = firstKey + 4u * rowQuad;
  let channel = firstChannel + 4u * columnQuad;
  write(token, channel, dKey[0], dValue[0]);
  write(token + 1u, channel, dKey[1], dValue[1]);
  write(token + 2u, channel, dKey[2], dValue[2]);
  write(token + 3u, channel, dKey[3], dValue[3]);
}
