alias Element = vec4f;

fn total(element: Element) -> f32 {
  return (element.x + element.y) + (element.z + element.w);
}
