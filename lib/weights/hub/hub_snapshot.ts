/**
 * Files of a repository on a Hugging Face hub as they were at one commit, in the cache folder that Python's
 * `huggingface_hub` uses too: what either has fetched, the other finds.
 *
 * @module
 */
import { takeLock } from "../../files/lock.ts";
import { ifPresent } from "../../files/if_present.ts";
import type { HubProgress } from "../hub_progress.ts";
import { downloadHubFile } from "./hub_file.ts";
import { faultOf } from "./expected_file.ts";
import { addressOfFile } from "./hub_headers.ts";
import { currentCommit } from "./current_commit.ts";
import { askFiles, type HubFile, type HubQuestion } from "./hub_questions.ts";
import { explainRefusal, offlineError } from "./hub_refusal.ts";
import type { HubConnection } from "./hub_request.ts";
import {
  hubCacheFolder,
  type HubSettings,
  hubSettingsFromEnvironment,
  hubToken,
} from "./hub_settings.ts";
import type { Patience } from "./patience.ts";
import { isCommit, RepositoryCache } from "./repository_cache.ts";

/** Where files come from and go to; what is left open of it comes from the environment. */
export interface HubOptions
  extends Partial<HubSettings>, Omit<HubConnection, "endpoint">, Patience {
  /** The cache folder; {@linkcode hubCacheFolder} by default. */
  readonly cacheDir?: string;
  /** Branch, tag or commit; `main` by default. */
  readonly revision?: string;
  /** Told of each piece that arrives. */
  readonly onProgress?: (progress: HubProgress) => void;
  /** Told when something older is used because the hub cannot be asked. */
  readonly onWarning?: (message: string) => void;
}

/** A repository at one commit. */
export class HubSnapshot {
  /** The commit, 40 hexadecimal digits. */
  readonly commit: string;
  readonly #revision: string;
  readonly #cache: RepositoryCache;
  readonly #options: HubOptions;
  readonly #question: HubQuestion & HubSettings;
  readonly #described = new Map<string, HubFile | undefined>();

  private constructor(
    { commit, revision, cache, options, question }: {
      commit: string;
      revision: string;
      cache: RepositoryCache;
      options: HubOptions;
      question: HubQuestion & HubSettings;
    },
  ) {
    this.commit = commit;
    this.#revision = revision;
    this.#cache = cache;
    this.#options = options;
    this.#question = question;
  }

  /**
   * Finds out which commit is meant. A commit costs no request, a branch or tag a small one; when the hub
   * does not answer it, the commit is taken that the branch was at before.
   *
   * @param repository `ORG/NAME`.
   * @throws {RangeError} When a name could not be one on the hub.
   * @throws {Error} When the commit is not known and cannot be asked for, with the remedy.
   * @throws The signal's reason when it is aborted.
   */
  static async open(repository: string, options: HubOptions = {}): Promise<HubSnapshot> {
    const { revision = "main" } = options;
    const environment = hubSettingsFromEnvironment();
    const question = {
      ...options,
      repository,
      endpoint: options.endpoint ?? environment.endpoint,
      offline: options.offline ?? environment.offline,
      token: options.token ?? hubToken(),
    };
    const cache = new RepositoryCache(options.cacheDir ?? hubCacheFolder(), repository);
    const known = await cache.commitOf(revision);
    const commit = known !== undefined && (question.offline || isCommit(revision))
      ? known
      : await currentCommit(revision, { ...question, known, folder: cache.folder });
    return new HubSnapshot({ commit, revision, cache, options, question });
  }

  /**
   * The first of several files that is in the cache; when none is, the first that the commit has.
   *
   * @returns Its name; undefined when there is none, or, offline, none in the cache.
   * @throws {Error} When the hub would have to be asked and does not answer.
   */
  async firstOf(names: readonly string[]): Promise<string | undefined> {
    for (const name of names) {
      if (await this.#cache.find(this.commit, name)) return name;
    }
    for (const name of this.#question.offline ? [] : names) {
      if (await this.#cache.isAbsent(this.commit, name)) continue;
      if (await this.#describe(name, names)) return name;
      await this.#cache.noteAbsent(this.commit, name);
    }
    return undefined;
  }

  /**
   * Makes a file present. One that is there costs no request; a broken download is resumed, in this call and
   * by the next; size and hash are checked. Two processes do not fetch the same file at once.
   *
   * @param name Its path within the repository.
   * @param batch Files that will be wanted as well: the hub is asked about all of them at once.
   * @returns Where it is in the cache folder.
   * @throws {Error} When the file cannot be had, with the remedy.
   * @throws The signal's reason when it is aborted; the next call goes on where this one ended.
   */
  async fetch(name: string, batch: readonly string[] = [name]): Promise<string> {
    const found = await this.#cache.find(this.commit, name);
    const path = found ?? await this.#download(name, batch);
    await this.#cache.remember(this.#revision, this.commit).catch((error) => {
      if (!found) throw error; // a folder that may only be read is no obstacle to reading
    });
    return path;
  }

  async #download(name: string, batch: readonly string[]): Promise<string> {
    const { repository, offline } = this.#question;
    const { onWarning } = this.#options;
    if (offline) throw offlineError(repository, { missing: name, folder: this.#cache.folder });
    const file = await this.#describe(name, batch);
    if (!file) {
      throw new Error(
        `Cannot load ${repository}: ${name} is missing at ${this.#revision}, expected a repository in timm's ` +
          "layout; check the name, or name a local folder (local-dir:PATH)",
      );
    }
    const blob = this.#cache.blob(file.etag);
    await using _lock = await takeLock(this.#cache.lock(file.etag), {
      patience: this.#options.signal ?? new AbortController().signal,
      refusal: `Cannot load ${repository}: another process is downloading ${name}; try again later`,
      onWait: () => onWarning?.(`waiting for another process that downloads ${name}`),
      onWarning,
    });
    const isThere = await ifPresent(Deno.stat(blob)) && !await faultOf(blob, file);
    if (!isThere) await this.#receive(name, { blob, file }); // also after damage
    return await this.#cache.place(this.commit, name, file.etag);
  }

  async #receive(name: string, { blob, file }: { blob: string; file: HubFile }): Promise<void> {
    const url = addressOfFile(name, { ...this.#question, revision: this.commit });
    const onProgress = (received: number) =>
      this.#options.onProgress?.({ file: name, received, total: file.size });
    const job = { ...this.#question, expected: file, onProgress };
    await downloadHubFile(url, blob, job)
      .catch((error) => explainRefusal(error, { ...this.#question, what: name }));
  }

  /** What the hub says of a file; it is asked about all of `batch` at once. */
  async #describe(name: string, batch: readonly string[]): Promise<HubFile | undefined> {
    if (!this.#described.has(name)) {
      const files = await askFiles({ commit: this.commit, names: batch }, this.#question)
        .catch((error) => explainRefusal(error, { ...this.#question, what: name }));
      for (const asked of batch) this.#described.set(asked, files.get(asked));
    }
    return this.#described.get(name);
  }
}
