/**
 * A repository of models in the cache folder of `huggingface_hub`, whose layout this is:
 *
 * ```text
 * models--ORG--NAME/
 *   refs/main                                 the commit that the branch was at when last asked
 *   blobs/5f3a…                               each file once, named by its ETag, a hash
 *   snapshots/9c1e…/model.safetensors         a link to its blob, under the name of that commit
 *   .no_exist/9c1e…/model.safetensors         empty: that commit has no such file
 * .locks/models--ORG--NAME/5f3a….lock         held while the blob is downloaded
 * ```
 *
 * @see https://huggingface.co/docs/huggingface_hub/guides/manage-cache
 * @module
 */
import { dirname, join, relative } from "node:path";
import { writeFileAtomically } from "../../files/atomic_write.ts";
import { explainDiskError } from "../../files/disk_error.ts";
import { ifPresent } from "../../files/if_present.ts";
import { readRegularTextFile } from "../../files/regular_file.ts";

/** Whether a revision is a commit, which never moves. */
export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}

/** One repository's part of the cache folder. */
export class RepositoryCache {
  /** The folder that holds all of it but the locks. */
  readonly folder: string;
  /** The folder of its locks. */
  readonly lockFolder: string;

  /**
   * Names the folders; nothing is made or read.
   *
   * @param cacheDir The folder of all repositories.
   * @param repository `ORG/NAME`.
   * @throws {RangeError} When the name could not be one on the hub.
   */
  constructor(cacheDir: string, repository: string) {
    if (!/^\w[\w.-]*\/\w[\w.-]*$/.test(repository) || /--|\.\./.test(repository)) {
      refuseName("repository", repository, "ORG/NAME");
    }
    const name = `models--${repository.replace("/", "--")}`;
    this.folder = join(cacheDir, name);
    this.lockFolder = join(cacheDir, ".locks", name);
  }

  /** The commit that a branch or tag was at when the hub was last asked. */
  async commitOf(revision: string): Promise<string | undefined> {
    if (isCommit(revision)) return revision;
    const text = await ifPresent(readRegularTextFile(this.#ref(revision), { maxBytes: 1024 }));
    return text !== undefined && isCommit(text.trim()) ? text.trim() : undefined;
  }

  /** Notes which commit a branch or tag is at. */
  async remember(revision: string, commit: string): Promise<void> {
    if (await this.commitOf(revision) === commit) return; // the folder may be read-only
    await writeFileAtomically(this.#ref(revision), commit);
  }

  /** The path of a commit's file, when it is there. */
  async find(commit: string, file: string): Promise<string | undefined> {
    const path = this.#snapshot(commit, file);
    return (await ifPresent(Deno.stat(path)))?.isFile ? path : undefined;
  }

  /** Whether it is known that a commit has no such file. */
  async isAbsent(commit: string, file: string): Promise<boolean> {
    return await ifPresent(Deno.stat(this.#absence(commit, file))) !== undefined;
  }

  /** Notes that a commit has no such file. */
  async noteAbsent(commit: string, file: string): Promise<void> {
    await writeFileAtomically(this.#absence(commit, file), "");
  }

  /** Where a file with this ETag is kept, once it is whole. */
  blob(etag: string): string {
    return join(this.folder, "blobs", plainPath("ETag", etag));
  }

  /** The lock of that file; Python's library takes the same. */
  lock(etag: string): string {
    return join(this.lockFolder, plainPath("ETag", `${etag}.lock`));
  }

  /**
   * Puts a blob under its name into a commit's snapshot: a symbolic link as Python makes it; or, where this
   * process may not make one, a hard link; or, on disks without links, a copy.
   *
   * @returns The path in the snapshot.
   * @throws {Error} When the disk is full or may not be written, naming the remedy.
   */
  async place(commit: string, file: string, etag: string): Promise<string> {
    const [blob, path] = [this.blob(etag), this.#snapshot(commit, file)];
    try {
      await Deno.mkdir(dirname(path), { recursive: true });
      await ifPresent(Deno.remove(path)); // a link whose blob was deleted
      await link(blob, path);
    } catch (error) {
      throw explainDiskError(error, { path });
    }
    return path;
  }

  #ref(revision: string): string {
    return join(this.folder, "refs", plainPath("revision", revision));
  }

  #snapshot(commit: string, file: string): string {
    return join(this.folder, "snapshots", commit, plainPath("file", file));
  }

  #absence(commit: string, file: string): string {
    return join(this.folder, ".no_exist", commit, plainPath("file", file));
  }
}

/** Deno lets a process make symbolic links only where it may write everywhere. */
async function link(blob: string, path: string): Promise<void> {
  const mayWriteAll = Deno.permissions.querySync({ name: "write" }).state === "granted" &&
    Deno.permissions.querySync({ name: "read" }).state === "granted";
  const copy = `${path}.incomplete`;
  const ways = [
    ...(mayWriteAll ? [() => Deno.symlink(relative(dirname(path), blob), path)] : []),
    () => Deno.link(blob, path),
    () => Deno.copyFile(blob, copy).then(() => Deno.rename(copy, path)), // never half of it
  ];
  for (const make of ways) {
    const error = await make().catch((error) => error);
    if (error === undefined || error instanceof Deno.errors.AlreadyExists) return; // another was faster
    if (make === ways.at(-1)) throw error;
  }
}

/** A path that stays below the folder it is joined to, on every system. */
function plainPath(kind: string, path: string): string {
  const isPlain = path.split("/").every((part) =>
    /^[^\\:*?"<>|\0]+$/.test(part) && part !== "." && part !== ".."
  );
  return isPlain ? path : refuseName(kind, path, "a name without . or .. parts");
}

function refuseName(kind: string, name: string, expected: string): never {
  throw new RangeError(`Cannot load from the hub: ${kind} is ${name}, expected ${expected}`);
}
