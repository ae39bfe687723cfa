alias Element = f32;

fn total(element: Element) -> f32 {
  return element;
}
