// Sums of tokens' channels (readMixed) with a tile of weights that the threads hold.

fn stageMixed(firstToken: u32, firstChannel: u32) {
  for (var i = thread; i < sliceDepth * columnQuads; i += threads) {
    let depth = i / columnQuads;
    let quad = i % columnQuads;
    right[rightSlot(depth, quad)] = readMixed(firstToken + depth, firstChannel + 4u * quad);
  }
}

/// Adds to mixed, 32 rows of 64 channels, the tokens from firstKey on with 32 rows of 64 weights.
fn mixTokens(mixed: ptr<function, Block>, weights: Block, firstKey: u32, firstChannel: u32) {
  let turned = transpose(mat4x4f(weights[0], weights[1], weights[2], weights[3]));
  for (var slice = 0u; slice < tileColumns; slice += sliceDepth) {
    if (firstKey + slice >= numTokens) {
      break;
    }
    workgroupBarrier();
    let depth = 4u * columnQuad - slice; // wraps around in the threads left of the slice
    if (depth < sliceDepth) {
      left[leftSlot(depth, rowQuad)] = turned[0];
      left[leftSlot(depth + 1u, rowQuad)] = turned[1];
      left[leftSlot(depth + 2u, rowQuad)] = turned[2];
      left[leftSlot(depth + 3u, rowQuad)] = turned[3];
    }
    stageMixed(firstKey + slice, firstChannel);
    workgroupBarrier();
    addProduct(mixed);
  }
}
