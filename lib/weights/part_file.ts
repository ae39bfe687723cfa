/**
 * The part of a file that a download has received so far, and what version of the file it is of.
 *
 * @module
 */
import { ifPresent } from "../files/if_present.ts";

/** `<path>.part`, which becomes `<path>` once it is whole, and `<path>.part.etag` beside it. */
export class PartFile {
  /** Where the part stands. */
  readonly path: string;
  readonly #target: string;
  readonly #etagPath: string;

  /** Names the part of the file that is to stand at `target`; touches nothing. */
  constructor(target: string) {
    this.#target = target;
    this.path = `${target}.part`;
    this.#etagPath = `${this.path}.etag`;
  }

  /** Tells what an earlier download left; nothing where its version is not known for certain. */
  async found(): Promise<{ readonly size: number; readonly etag: string } | undefined> {
    try {
      const etag = await Deno.readTextFile(this.#etagPath);
      const { size } = await Deno.stat(this.path);
      return size > 0 ? { size, etag } : undefined;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }

  /**
   * Empties the part.
   *
   * @param etag Version of the file that is to come. Only a strong one stands for the very bytes (RFC
   * 9110 §8.8.1); without it the part will not be resumed.
   */
  async startAnew(etag: string | null): Promise<void> {
    await this.remove(); // first the old version's name, or a break here would mix the two
    await Deno.writeFile(this.path, new Uint8Array());
    if (etag?.startsWith('"')) await Deno.writeTextFile(this.#etagPath, etag);
  }

  /**
   * Appends pieces as they come, and syncs them to the disk.
   *
   * @param onPiece Told each piece's length once it is written.
   */
  async append(
    pieces: AsyncIterable<Uint8Array>,
    onPiece: (bytes: number) => void,
  ): Promise<void> {
    using file = await Deno.open(this.path, { append: true });
    for await (const piece of pieces) {
      for (let written = 0; written < piece.length;) {
        written += await file.write(piece.subarray(written));
      }
      onPiece(piece.length);
    }
    await file.sync();
  }

  /** Makes the part the file. */
  async finish(): Promise<void> {
    await Deno.rename(this.path, this.#target);
    await ifPresent(Deno.remove(this.#etagPath));
  }

  /** Removes the part, if there is one. */
  async remove(): Promise<void> {
    await ifPresent(Deno.remove(this.#etagPath));
    await ifPresent(Deno.remove(this.path));
  }
}
