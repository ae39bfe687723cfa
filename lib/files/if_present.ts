/**
 * Files that need not be there.
 *
 * @module
 */

/**
 * Waits for work on a file or folder.
 *
 * @returns Undefined when there is no such file or folder.
 * @throws Whatever else the work rejects with.
 */
export async function ifPresent<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** The names in a folder, in order of their UTF-16 code units; none when there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  const entries = await ifPresent(Array.fromAsync(Deno.readDir(folder)));
  return (entries ?? []).map(({ name }) => name).sort();
}
