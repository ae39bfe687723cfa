/// An entry of a matrix after the discarding; the flat index 0, CLS→CLS, is always kept.
fn kept(attention: f32, index: u32, threshold: f32) -> f32 {
  return select(0.0, attention, attention > threshold || index == 0u);
}
