// Four float32 lanes at a time.

/** Bytes of a float32. */
export const F32: usize = 4;

/** The address of element `i`. */
// @ts-ignore: decorator
@inline
export function at(base: usize, i: i32): usize {
  return base + (<usize> i) * F32;
}

/** Adds the lanes up. */
// @ts-ignore: decorator
@inline
export function sumOfLanes(lanes: v128): f32 {
  return (f32x4.extract_lane(lanes, 0) + f32x4.extract_lane(lanes, 1)) +
    (f32x4.extract_lane(lanes, 2) + f32x4.extract_lane(lanes, 3));
}

/** The largest lane. */
// @ts-ignore: decorator
@inline
export function maxOfLanes(lanes: v128): f32 {
  return max(
    max(f32x4.extract_lane(lanes, 0), f32x4.extract_lane(lanes, 1)),
    max(f32x4.extract_lane(lanes, 2), f32x4.extract_lane(lanes, 3)),
  );
}

/** a·b + c, in one rounding where the processor has it. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return f32x4.relaxed_madd(a, b, c);
}

