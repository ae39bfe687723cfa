/**
 * The file that `torch.save` writes since PyTorch 1.6: a zip archive, without compression, of one pickle and a
 * file a storage.
 *
 * @module
 */
import { configure, type Entry, Reader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js";
import type { OpenTorchFile, TorchContent } from "./torch_file.ts";
import { readPickle } from "./pickle.ts";
import { storageOf, torchGlobals, type TorchStorage } from "./torch_world.ts";
import { bytesPerElement } from "../host_tensor.ts";

/** Entries of an archive: a model of 300 M parameters has some 400 tensors. */
const MAX_ENTRIES = 100_000;

/**
 * Reads the pickle of a zip archive.
 *
 * @throws {SyntaxError} When the archive is damaged or none of PyTorch's; the message is for the caller to put
 * beside the file's name.
 */
export async function readZipContent(
  file: OpenTorchFile,
  { maxPickleBytes }: { maxPickleBytes: number },
): Promise<TorchContent> {
  configure({ useWebWorkers: false });
  const entries = await listEntries(file);
  const pickle = [...entries.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickle === undefined) throw new SyntaxError("it is a zip archive without data.pkl");
  const folder = pickle.slice(0, -"data.pkl".length);
  const order = entries.get(`${folder}byteorder`);
  if (order && new TextDecoder().decode(await read(order, 16)) !== "little") {
    throw new SyntaxError("its numbers are big-endian");
  }
  const bytes = await read(entries.get(pickle)!, maxPickleBytes);
  const { value } = readPickle(bytes, { globals: torchGlobals, persistent: storageOf });
  return {
    value,
    readStorage: async (storage) =>
      await readStorage(storage, entries.get(`${folder}data/${storage.key}`)),
  };
}

async function listEntries(file: OpenTorchFile): Promise<Map<string, Entry>> {
  try {
    const reader = new ZipReader(new FileReader(file), { checkSignature: true });
    const entries = new Map<string, Entry>();
    for await (const entry of reader.getEntriesGenerator()) {
      if (entries.size >= MAX_ENTRIES) throw new Error(`more than ${MAX_ENTRIES} entries`);
      entries.set(entry.filename, entry);
    }
    return entries;
  } catch (error) {
    throw new SyntaxError(`its zip archive is damaged (${(error as Error).message})`);
  }
}

async function readStorage(
  { key, dtype, elements }: TorchStorage,
  entry: Entry | undefined,
): Promise<Uint8Array> {
  const size = elements * bytesPerElement(dtype);
  if (!entry) throw new SyntaxError(`storage ${key} is missing`);
  const bytes = await read(entry, size);
  if (bytes.length === size) return bytes;
  throw new SyntaxError(`storage ${key} has ${bytes.length} bytes, expected ${size}`);
}

/** Reads an entry, whose checksum is compared; PyTorch compresses none, so that no small file grows large. */
async function read(entry: Entry, maxBytes: number): Promise<Uint8Array> {
  if (entry.directory || entry.compressionMethod !== 0 || entry.uncompressedSize > maxBytes) {
    throw new SyntaxError(
      `${entry.filename} has ${entry.uncompressedSize} bytes, expected at most ${maxBytes}, not compressed`,
    );
  }
  try {
    return await entry.getData(new Uint8ArrayWriter(), { checkSignature: true });
  } catch (error) {
    throw new SyntaxError(`${entry.filename} is damaged (${(error as Error).message})`);
  }
}

/** Lets the archive be read in pieces. */
class FileReader extends Reader<OpenTorchFile> {
  readonly #file: OpenTorchFile;

  constructor(file: OpenTorchFile) {
    super(file);
    this.#file = file;
    this.size = file.size;
  }

  override readUint8Array(offset: number, length: number): Promise<Uint8Array> {
    return Promise.resolve(this.#file.readAt(offset, Math.min(length, this.#file.size - offset)));
  }
}
