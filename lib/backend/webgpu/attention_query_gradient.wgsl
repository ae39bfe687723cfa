// dS = P∘(dP − rowsum(dP∘P))/√d with dP = dO·vᵀ, and dq = dS·k, for 32 queries of one head.
//
// Bindings: qkv [B, T, 3·D], dy [B, T, D], weights [B, H, T, T], dScores [B, H, T, T], dQkv [B, T, 3·D],
// of which the part of the queries is written.

fn readLeft(token: u32, channel: u32) -> vec4f {
  if (isInside(token, channel)) {
    return dyAt(mixedIndex(token, channel), headWidth - channel);
  }
  return vec4f(0.0);
}

fn readRight(token: u32, channel: u32) -> vec4f {
  if (isInside(token, channel)) {
    return qkvAt(qkvIndex(2u, token, channel), headWidth - channel);
  }
  return vec4f(0.0);
}

fn readMixed(token: u32, channel: u32) -> vec4f {
  if (isInside(token, channel)) {
    return qkvAt(qkvIndex(1u, token, channel), headWidth - channel);
  }
  return vec4f(0.0);
}

fn readWeights(row: u32, key: u32) -> vec4f {
  if (row < numTokens && key < numTokens) {
    return weightsAt(weightIndex(row, key), numTokens - key);
  }
  return vec4f(0.0);
}

fn readScores(row: u32, key: u32) -> vec4f {
  if (row < numTokens && key < numTokens) {
    return dScoresAt(weightIndex(row, key), numTokens - key);
  }
  return vec4f(0.0);
}

fn writeScores(row: u32, key: u32, four: vec4f) {
  if (row < numTokens && key < numTokens) {
    dScoresPut(weightIndex(row, key), numTokens - key, four);
  }
}

fn writeQuery(row: u32, channel: u32, four: vec4f) {
  if (isInside(row, channel)) {
    dQkvPut(qkvIndex(0u, row, channel), headWidth - channel, four);
  }
}

/// Writes this thread's dP where dS will be, and returns its share of rowsum(dP∘P).
fn writeWeightGradients(row: u32, firstRow: u32) -> vec4f {
  var along = vec4f(0.0);
  for (var firstKey = 0u; firstKey < numTokens; firstKey += tileColumns) {
    let key = firstKey + 4u * columnQuad;
    let slopes = tokenProducts(firstRow, firstKey);
    writeScores(row, key, slopes[0]);
    writeScores(row + 1u, key, slopes[1]);
    writeScores(row + 2u, key, slopes[2]);
    writeScores(row + 3u, key, slopes[3]);
    along += vec4f(
      dot(slopes[0], readWeights(row, key)),
      dot(slopes[1], readWeights(row + 1u, key)),
      dot(slopes[2], readWeights(row + 2u, key)),
      dot(slopes[3], readWeights(row + 3u, key)),
    );
  }
  return along;
}

/// Replaces dP by dS, in four columns of a row.
fn toScoreGradients(row: u32, key: u32, along: f32) {
  let gradients = readWeights(row, key) * (readScores(row, key) - along) * scale;
  writeScores(row, key, gradients);
}

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) localIndex: u32) {
  enter(localIndex);
  batch = group.z;
  head = group.y;
  let firstRow = group.x * tileRows;
  let row = firstRow + 4u * rowQuad;
  // Each thread reads back what it wrote itself.
  let along = sumOverRows(writeWeightGradients(row, firstRow));
  for (var key = 4u * columnQuad; key < numTokens; key += tileColumns) {
    toScoreGradients(row, key, along.x);
    toScoreGradients(row + 1u, key, along.y);
    toScoreGradients(row + 2u, key, along.z);
    toScoreGradients(row + 3u, key, along.w);
  }
  for (var firstChannel = 0u; firstChannel < headWidth; firstChannel += tileColumns) {
    var mixed = Block();
    for (var firstKey = 0u; firstKey < numTokens; firstKey += tileColumns) {
      let key = firstKey + 4u * columnQuad;
      let gradients = Block(
        readScores(row, key),
        readScores(row + 1u, key),
        readScores(row + 2u, key),
        readScores(row + 3u, key),
      );
      mixTokens(&mixed, gradients, firstKey, firstChannel);
    }
    let channel = firstChannel + 4u * columnQuad;
    writeQuery(row, channel, mixed[0]);
    writeQuery(row + 1u, channel, mixed[1]);
    writeQuery(row + 2u, channel, mixed[2]);
    writeQuery(row + 3u, channel, mixed[3]);
  }
}
