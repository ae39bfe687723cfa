/**
 * Folders that tests write to.
 *
 * @module
 */
import { testWith, testWithFiles } from "./permissions.ts";

/** An empty folder that is removed at the end of an `await using` block. */
export async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** Registers a test that gets an empty folder; without the permissions its title says why not. */
export function testInFolder(name: string, body: (folder: string) => Promise<void>): void {
  testWithFiles(name, () => inFolder(body));
}

/** Registers a test that gets an empty folder and runs programmes there, as {@linkcode testInFolder} does. */
export function testWithProgrammes(name: string, body: (folder: string) => Promise<void>): void {
  testWith(["read", "write", "run", "env"], name, () => inFolder(body));
}

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder();
  await body(folder.path);
}
