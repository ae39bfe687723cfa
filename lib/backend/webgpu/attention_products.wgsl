// Products of tokens with tokens. The program says of which: readLeft and readRight give four channels of
// a token, or zeros beyond the last token or channel.

/// Four channels of four tokens each, turned: one vector a channel.
fn turnedLeft(token: u32, channel: u32) -> mat4x4f {
  return transpose(mat4x4f(
    readLeft(token, channel),
    readLeft(token + 1u, channel),
    readLeft(token + 2u, channel),
    readLeft(token + 3u, channel),
  ));
}

fn turnedRight(token: u32, channel: u32) -> mat4x4f {
  return transpose(mat4x4f(
    readRight(token, channel),
    readRight(token + 1u, channel),
    readRight(token + 2u, channel),
    readRight(token + 3u, channel),
  ));
}

fn stageChannels(firstRow: u32, firstColumn: u32, firstChannel: u32) {
  for (var i = thread; i < 8u * (rowQuads + columnQuads); i += threads) {
    let depth = 4u * (i % 8u);
    let quad = i / 8u;
    if (quad < rowQuads) {
      let turned = turnedLeft(firstRow + 4u * quad, firstChannel + depth);
      left[leftSlot(depth, quad)] = turned[0];
      left[leftSlot(depth + 1u, quad)] = turned[1];
      left[leftSlot(depth + 2u, quad)] = turned[2];
      left[leftSlot(depth + 3u, quad)] = turned[3];
    } else {
      let column = quad - rowQuads;
      let turned = turnedRight(firstColumn + 4u * column, firstChannel + depth);
      right[rightSlot(depth, column)] = turned[0];
      right[rightSlot(depth + 1u, column)] = turned[1];
      right[rightSlot(depth + 2u, column)] = turned[2];
      right[rightSlot(depth + 3u, column)] = turned[3];
    }
  }
}

/// The products of 32 tokens of the left with 64 tokens of the right over their channels.
fn tokenProducts(firstRow: u32, firstColumn: u32) -> Block {
  var block = Block();
  for (var channel = 0u; channel < headWidth; channel += sliceDepth) {
    workgroupBarrier();
    stageChannels(firstRow, firstColumn, channel);
    workgroupBarrier();
    addProduct(&block);
  }
  return block;
}
