/**
 * Reads single tensors, or rows of them, from safetensors files too big for memory.
 *
 * @module
 */
import { DEFAULT_MAX_TENSOR_MB, MEGABYTE, type WeightLimits } from "../files/limits.ts";
import { oneLine } from "../files/one_line.ts";
import { readAt } from "../files/read_at.ts";
import { openRegularFile } from "../files/regular_file.ts";
import { bytesPerElement, elementCount, type HostTensor, tensorFromBytes } from "./host_tensor.ts";
import {
  parseHeader,
  PREFIX_BYTES,
  readHeaderLength,
  type SafetensorsHeader,
  type TensorEntry,
  unreadable,
} from "./safetensors_header.ts";

/** An open safetensors file: its header is in memory, its tensors are read on request. */
export class SafetensorsFile {
  readonly #name: string;
  readonly #file: Deno.FsFile;
  readonly #dataStart: number;
  readonly #header: SafetensorsHeader;
  readonly #maxTensorMb: number;
  #isOpen = true;

  private constructor(
    name: string,
    file: Deno.FsFile,
    { size, maxHeaderMb, maxTensorMb = DEFAULT_MAX_TENSOR_MB }: WeightLimits & { size: number },
  ) {
    const prefix = readWhole(file, { name, offset: 0, bytes: Math.min(size, PREFIX_BYTES) });
    const headerBytes = readHeaderLength(prefix, { name, size, maxHeaderMb });
    this.#name = name;
    this.#file = file;
    this.#maxTensorMb = maxTensorMb;
    this.#dataStart = PREFIX_BYTES + headerBytes;
    this.#header = parseHeader(
      readWhole(file, { name, offset: PREFIX_BYTES, bytes: headerBytes }),
      { name, dataBytes: size - this.#dataStart },
    );
  }

  /**
   * Opens a file and checks its header.
   *
   * @param limits What it may ask for; a file that asks for more is refused before memory is taken.
   * @throws {SyntaxError} When the file is damaged, naming it and the fault.
   * @throws {RangeError} When its header is longer than the limit.
   * @throws {Deno.errors.NotFound} When there is no such file.
   * @throws {Error} When it is a folder, a pipe, a socket or a device.
   */
  static async open(path: string, limits: WeightLimits = {}): Promise<SafetensorsFile> {
    const { file, size } = await openRegularFile(path);
    try {
      return new SafetensorsFile(path, file, { size, ...limits });
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Each tensor's dtype, shape and place by name, in the order of their bytes. */
  get header(): ReadonlyMap<string, TensorEntry> {
    return this.#header.entries;
  }

  /** The free texts that the file carries. */
  get metadata(): Readonly<Record<string, string>> {
    return this.#header.metadata;
  }

  /**
   * Reads one tensor.
   *
   * @throws {RangeError} When the file has no tensor of that name, or it is larger than the limit.
   * @throws {SyntaxError} When the file has become shorter since it was opened.
   */
  read(name: string): Promise<HostTensor> {
    return this.#atOnce(() => {
      const entry = this.#entry(name);
      return tensorFromBytes(this.#bytes(name, entry), entry);
    });
  }

  /**
   * Reads `count` rows of a tensor from row `start`, where a row is one index of the first axis.
   *
   * @returns A tensor of shape [count, …].
   * @throws {RangeError} When the file has no tensor of that name, or the tensor no such rows, or they are
   * larger than the limit.
   * @throws {SyntaxError} When the file has become shorter since it was opened.
   */
  readRows(name: string, start: number, count: number): Promise<HostTensor> {
    return this.#atOnce(() => {
      const { dtype, shape: [rows, ...rowShape], begin } = this.#entry(name);
      const areRows = [start, count].every((n) => Number.isSafeInteger(n) && n >= 0);
      if (!areRows || !(start + count <= rows)) {
        throw new RangeError(
          `Cannot read ${this.#name}: rows of ${name} are ${start} to ${
            start + count
          } (excluded), ` +
            `expected some of its ${rows ?? "no"} rows`,
        );
      }
      const rowBytes = elementCount(rowShape) * bytesPerElement(dtype);
      const first = begin + start * rowBytes;
      const bytes = this.#bytes(name, { begin: first, end: first + count * rowBytes });
      return tensorFromBytes(bytes, { dtype, shape: [count, ...rowShape] });
    });
  }

  /** Closes the file; once is enough, more does no harm. */
  close(): void {
    if (this.#isOpen) this.#file.close();
    this.#isOpen = false;
  }

  /** Closes the file at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** A read seeks and then reads: it runs to its end at once, so that no other comes between. */
  #atOnce(read: () => HostTensor): Promise<HostTensor> {
    return new Promise((resolve) => resolve(read()));
  }

  #entry(name: string): TensorEntry {
    const entry = this.#header.entries.get(name);
    if (!entry) {
      const names = [...this.#header.entries.keys()].slice(0, 10).join(", ");
      throw new RangeError(
        `Cannot read ${this.#name}: tensor is ${name}, expected one of its ` +
          `${this.#header.entries.size} (${names}${this.#header.entries.size > 10 ? ", …" : ""})`,
      );
    }
    return entry;
  }

  #bytes(tensor: string, { begin, end }: Pick<TensorEntry, "begin" | "end">): Uint8Array {
    refuseLargeTensor(this.#name, { tensor, bytes: end - begin, maxTensorMb: this.#maxTensorMb });
    return readWhole(this.#file, {
      name: this.#name,
      offset: this.#dataStart + begin,
      bytes: end - begin,
    });
  }
}

/** Refuses what memory should not be taken for. */
function refuseLargeTensor(
  file: string,
  { tensor, bytes, maxTensorMb }: { tensor: string; bytes: number; maxTensorMb: number },
): void {
  if (bytes <= maxTensorMb * MEGABYTE) return;
  throw new RangeError(
    `Cannot read ${file}: tensor ${oneLine(tensor)} has ${bytes} bytes, expected at most ` +
      `${maxTensorMb} MB; raise --max-tensor-mb if you trust the file`,
  );
}

function readWhole(
  file: Deno.FsFile,
  { name, offset, bytes }: { name: string; offset: number; bytes: number },
): Uint8Array {
  const found = readAt(file, { offset, bytes });
  if (found.length === bytes) return found;
  throw unreadable(name, `it ends at byte ${offset + found.length}`);
}
