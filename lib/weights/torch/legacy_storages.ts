/**
 * The file that `torch.save` wrote before PyTorch 1.6, and still writes when asked: pickles one behind the
 * other (a magic number, a version, the machine, the value, the storages' keys), then the storages.
 *
 * @module
 */
import { bytesPerElement } from "../host_tensor.ts";
import { readPickle } from "./pickle.ts";
import type { OpenTorchFile, TorchContent } from "./torch_file.ts";
import { storageOf, torchGlobals, type TorchStorage } from "./torch_world.ts";

/** What such a file begins with (`torch/serialization.py`). */
const MAGIC = 0x1950a86a20f9469cfc6cn;

/** What lies before each storage: the number of its elements. */
const COUNT_BYTES = 8;

/**
 * Reads the pickles of such a file, and where its storages lie.
 *
 * @throws {SyntaxError} When it is none or damaged; the message is for the caller to put beside the file's name.
 */
export function readLegacyContent(
  file: OpenTorchFile,
  { maxPickleBytes }: { maxPickleBytes: number },
): TorchContent {
  const bytes = file.readAt(0, Math.min(file.size, maxPickleBytes));
  const storages = new Map<string, TorchStorage>();
  const persistent = (id: unknown) => {
    const storage = storageOf(id);
    storages.set(storage.key, storage);
    return storage;
  };
  let end = 0;
  const next = () => {
    const pickle = readPickle(bytes, { offset: end, globals: torchGlobals, persistent });
    end = pickle.end;
    return pickle.value;
  };
  if (next() !== MAGIC) throw new SyntaxError("it is no file of torch.save");
  next(); // the version, which has never been another
  const machine = next();
  if (!(machine instanceof Map) || machine.get("little_endian") !== true) {
    throw new SyntaxError("its numbers are big-endian");
  }
  const value = next();
  const places = placesOf(next(), { storages, start: end, size: file.size });
  return {
    value,
    readStorage: ({ key, dtype, elements }) => {
      const place = places.get(key);
      if (place === undefined) throw new SyntaxError(`storage ${key} is missing`);
      const count = new DataView(file.readAt(place, COUNT_BYTES).buffer).getBigInt64(0, true);
      if (count !== BigInt(elements)) {
        throw new SyntaxError(`storage ${key} has ${count} elements, expected ${elements}`);
      }
      return file.readAt(place + COUNT_BYTES, elements * bytesPerElement(dtype));
    },
  };
}

function placesOf(
  keys: unknown,
  { storages, start, size }: {
    storages: ReadonlyMap<string, TorchStorage>;
    start: number;
    size: number;
  },
): Map<string, number> {
  const places = new Map<string, number>();
  let place = start;
  for (const key of Array.isArray(keys) ? keys : []) {
    const storage = storages.get(key);
    if (!storage) throw new SyntaxError(`storage ${key} belongs to no tensor`);
    places.set(key, place);
    place += COUNT_BYTES + storage.elements * bytesPerElement(storage.dtype);
  }
  if (place > size) throw new SyntaxError(`it ends at byte ${size}, expected ${place}`);
  return places;
}
