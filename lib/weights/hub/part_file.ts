/**
 * The part of a file that a download has received so far.
 *
 * @module
 */
import { dirname } from "node:path";
import { explainDiskError } from "../../files/disk_error.ts";
import { ifPresent } from "../../files/if_present.ts";

/** `<path>.incomplete`, as older versions of Python's library call it, which becomes `<path>` once it is whole. */
export class PartFile {
  /** Where the part stands. */
  readonly path: string;
  readonly #target: string;

  /** Names the part of the file that is to stand at `target`; touches nothing. */
  constructor(target: string) {
    this.#target = target;
    this.path = `${target}.incomplete`;
  }

  /** How many bytes an earlier download left. */
  async size(): Promise<number> {
    return (await ifPresent(Deno.stat(this.path)))?.size ?? 0;
  }

  /**
   * Writes pieces as they come behind the first `offset` bytes, and syncs them to the disk.
   *
   * @param onPiece Told each piece's length once it is written.
   * @throws {Error} When the disk is full or may not be written, naming the remedy.
   */
  async write(
    pieces: AsyncIterable<Uint8Array>,
    { offset, onPiece }: { offset: number; onPiece: (bytes: number) => void },
  ): Promise<void> {
    using file = await this.#open();
    await file.truncate(offset);
    await file.seek(offset, Deno.SeekMode.Start);
    for await (const piece of pieces) {
      try {
        for (let written = 0; written < piece.length;) {
          written += await file.write(piece.subarray(written));
        }
      } catch (error) {
        throw explainDiskError(error, { path: this.path });
      }
      onPiece(piece.length);
    }
    await file.sync();
  }

  /** Makes the part the file. */
  async finish(): Promise<void> {
    await Deno.rename(this.path, this.#target);
  }

  /** Removes the part, if there is one. */
  async remove(): Promise<void> {
    await ifPresent(Deno.remove(this.path));
  }

  async #open(): Promise<Deno.FsFile> {
    try {
      await Deno.mkdir(dirname(this.path), { recursive: true });
      return await Deno.open(this.path, { write: true, create: true });
    } catch (error) {
      throw explainDiskError(error, { path: this.path });
    }
  }
}
