/**
 * Storage buffers that shaders read and write four neighbouring numbers at a time.
 *
 * @module
 */

/** A buffer of rows, in a shader. */
export interface FoursBuffer {
  /** Its number among the bindings. */
  readonly binding: number;
  /** Whether the width of rows is a multiple of four, so that a vector never straddles two. */
  readonly aligned: boolean;
  /** Whether the shader writes to it. */
  readonly writable?: boolean;
}

/**
 * Writes the WGSL that declares a buffer `name` and the functions `nameAt(index, count)` and, where it is
 * writable, `namePut(index, count, four)`: of the four numbers from `index`, a multiple of four in the row,
 * only the first `count` are the row's. Others read as zero and are not written; if the rows are aligned
 * there are none.
 */
export function declareFours(name: string, { binding, aligned, writable }: FoursBuffer): string {
  const access = writable ? "read_write" : "read";
  const type = aligned ? "vec4f" : "f32";
  const read = aligned ? `return ${name}[index / 4u];` : `
    var four = vec4f(${name}[index], 0.0, 0.0, 0.0);
    if (count > 1u) { four.y = ${name}[index + 1u]; }
    if (count > 2u) { four.z = ${name}[index + 2u]; }
    if (count > 3u) { four.w = ${name}[index + 3u]; }
    return four;`;
  const write = aligned ? `${name}[index / 4u] = four;` : `
    ${name}[index] = four.x;
    if (count > 1u) { ${name}[index + 1u] = four.y; }
    if (count > 2u) { ${name}[index + 2u] = four.z; }
    if (count > 3u) { ${name}[index + 3u] = four.w; }`;
  return `
    @group(0) @binding(${binding}) var<storage, ${access}> ${name}: array<${type}>;
    fn ${name}At(index: u32, count: u32) -> vec4f { ${read} }
    ${writable ? `fn ${name}Put(index: u32, count: u32, four: vec4f) { ${write} }` : ""}
  `;
}
