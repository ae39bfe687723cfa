/**
 * Fetches files of model repositories from a Hugging Face hub into a cache folder, by plain HTTPS.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { environmentVariable } from "../files/environment_variable.ts";
import { downloadHubFile, type HubFileOptions } from "./hub_file.ts";
import { HubRefusal } from "./hub_request.ts";

/** What the environment says about the hub. */
export interface HubSettings {
  /** `HF_ENDPOINT`: the hub's address; https://huggingface.co by default. */
  readonly endpoint: string;
  /** `HF_HUB_OFFLINE`: use the cache alone. */
  readonly offline: boolean;
  /** `HF_TOKEN`: access token for private and gated repositories. */
  readonly token?: string;
}

/** How far the download of a file has come. */
export interface HubProgress {
  /** The file's name in its repository. */
  readonly file: string;
  /** Bytes on the disk. */
  readonly received: number;
  /** Bytes of the whole file, where known. */
  readonly total?: number;
}

/** Where files come from and go to. */
export interface DownloadFromHubOptions
  extends
    Partial<HubSettings>,
    Pick<HubFileOptions, "fetch" | "retryDelays" | "signal" | "stallTimeout"> {
  /** Folder of all downloads; a file is kept as `<org>--<name>/<revision>/<file>` under it. */
  readonly cacheDir: string;
  /** Branch, tag or commit; `main` by default. */
  readonly revision?: string;
  /** Told of each piece that arrives. */
  readonly onProgress?: (progress: HubProgress) => void;
}

/**
 * Reads `HF_ENDPOINT`, `HF_HUB_OFFLINE` (1, true, yes or on) and `HF_TOKEN`, as the `huggingface_hub`
 * library does. A variable that may not be read counts as absent; no permission is asked for.
 *
 * @throws {TypeError} When the endpoint is not an http(s) address.
 */
export function hubSettingsFromEnvironment(): HubSettings {
  const endpoint = environmentVariable("HF_ENDPOINT") ?? "https://huggingface.co";
  if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? "")) {
    throw new TypeError(
      `Cannot use the hub: HF_ENDPOINT is ${endpoint}, expected an address such as https://huggingface.co`,
    );
  }
  return {
    endpoint,
    offline: /^(1|true|yes|on)$/i.test(environmentVariable("HF_HUB_OFFLINE") ?? ""),
    token: environmentVariable("HF_TOKEN"),
  };
}

/**
 * The folder of a repository's downloads.
 *
 * @param cacheDir The folder of all downloads.
 * @param repo `ORG/NAME`.
 * @throws {RangeError} When the name could not be one on the hub.
 */
export function hubFolder(cacheDir: string, repo: string, revision = "main"): string {
  if (!/^\w[\w.-]*\/\w[\w.-]*$/.test(repo)) refuseName("repository", repo, "ORG/NAME");
  return join(cacheDir, repo.replace("/", "--"), revision);
}

/**
 * Makes files of a repository present in the cache folder and says where they are. A file that is
 * there already costs no request; a broken download is resumed, in this call and by the next; size
 * and, where the hub tells it, SHA-256 are checked.
 *
 * @param repo `ORG/NAME`.
 * @param files Names within the repository, e.g. `config.json`.
 * @param options What they leave open of endpoint, token and offline comes from
 * {@linkcode hubSettingsFromEnvironment}.
 * @returns The path of each file by its name.
 * @throws {RangeError} When a name could not be one on the hub.
 * @throws {Error} When a file is missing and cannot be had; the message says what would help.
 * @throws The signal's reason when it is aborted; the next call goes on where this one ended.
 */
export async function downloadFromHub(
  repo: string,
  files: readonly string[],
  { cacheDir, revision = "main", onProgress, ...options }: DownloadFromHubOptions,
): Promise<Map<string, string>> {
  for (const path of [revision, ...files]) {
    if (!isPlainPath(path)) refuseName("revision or file", path, "a name without . or .. parts");
  }
  const folder = hubFolder(cacheDir, repo, revision);
  const environment = hubSettingsFromEnvironment();
  const {
    endpoint = environment.endpoint,
    offline = environment.offline,
    token = environment.token,
  } = options;
  const paths = new Map(files.map((file) => [file, join(folder, file)]));
  const missing = files.filter((file) => !existsSync(paths.get(file)!));
  if (offline && missing.length > 0) {
    throw new Error(
      `Cannot load ${repo}: ${missing.join(", ")} ${missing.length > 1 ? "are" : "is"} not in ` +
        `${folder} and HF_HUB_OFFLINE is set; unset it, copy the files there, ` +
        "or name a local folder (local-dir:PATH)",
    );
  }
  for (const file of missing) {
    await downloadHubFile(addressOf(file, { endpoint, repo, revision }), paths.get(file)!, {
      ...options,
      endpoint,
      token,
      onProgress: (received, total) => onProgress?.({ file, received, total }),
    }).catch((error) => rethrow(error, { repo, file }));
  }
  return paths;
}

function addressOf(
  file: string,
  { endpoint, repo, revision }: { endpoint: string; repo: string; revision: string },
): URL {
  const path = file.split("/").map(encodeURIComponent).join("/");
  const base = endpoint.replace(/\/+$/, "");
  return new URL(`${base}/${repo}/resolve/${encodeURIComponent(revision)}/${path}`);
}

function rethrow(error: unknown, { repo, file }: { repo: string; file: string }): never {
  if (!(error instanceof HubRefusal)) throw error;
  const advice = error.status === 404
    ? "expected a repository and file that exist; check the name"
    : [401, 403].includes(error.status)
    ? "expected access; the repository is absent, private or gated: " +
      "check the name, or set HF_TOKEN to a token that may read it"
    : "expected the file; try again later";
  throw new Error(
    `Cannot load ${repo}: the answer for ${file} is ${error.status}, ${advice}, ` +
      "or name a local folder (local-dir:PATH)",
    { cause: error },
  );
}

function refuseName(kind: string, name: string, expected: string): never {
  throw new RangeError(`Cannot load from the hub: ${kind} is ${name}, expected ${expected}`);
}

/** A path that stays below the folder it is joined to, on every system. */
function isPlainPath(path: string): boolean {
  return path.split("/").every((part) => /^[^\\:\0]+$/.test(part) && part !== "." && part !== "..");
}
