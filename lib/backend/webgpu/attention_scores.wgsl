// q·kᵀ/√d: the left are queries, the right keys.

const beyond = -3e38; // the score of a key beyond the last: its exponential is 0

fn readLeft(token: u32, channel: u32) -> vec4f {
  if (isInside(token, channel)) {
    return qkvAt(qkvIndex(0u, token, channel), headWidth - channel);
  }
  return vec4f(0.0);
}

fn readRight(token: u32, channel: u32) -> vec4f {
  if (isInside(token, channel)) {
    return qkvAt(qkvIndex(1u, token, channel), headWidth - channel);
  }
  return vec4f(0.0);
}

fn scoresOf(firstRow: u32, firstKey: u32) -> Block {
  var scores = tokenProducts(firstRow, firstKey);
  let key = vec4u(firstKey + 4u * columnQuad) + vec4u(0u, 1u, 2u, 3u);
  let isKey = key < vec4u(numTokens);
  scores[0] = select(vec4f(beyond), scores[0] * scale, isKey);
  scores[1] = select(vec4f(beyond), scores[1] * scale, isKey);
  scores[2] = select(vec4f(beyond), scores[2] * scale, isKey);
  scores[3] = select(vec4f(beyond), scores[3] * scale, isKey);
  return scores;
}

fn largestOf(four: vec4f) -> f32 {
  return max(max(four.x, four.y), max(four.z, four.w));
}

fn rowMaxima(scores: Block) -> vec4f {
  return vec4f(
    largestOf(scores[0]),
    largestOf(scores[1]),
    largestOf(scores[2]),
    largestOf(scores[3]),
  );
}

fn exponentials(scores: Block, largest: vec4f) -> Block {
  return Block(
    exp(scores[0] - largest.x),
    exp(scores[1] - largest.y),
    exp(scores[2] - largest.z),
    exp(scores[3] - largest.w),
  );
}
