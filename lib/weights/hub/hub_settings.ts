/**
 * What the environment says about the Hugging Face hub, as its Python library reads it.
 *
 * @module
 */
import { join } from "node:path";
import { environmentVariable } from "../../files/environment_variable.ts";

/** Where the hub is, and whether it may be asked. */
export interface HubSettings {
  /** `HF_ENDPOINT`: the address of the hub or of a mirror, without a slash at its end. */
  readonly endpoint: string;
  /** `HF_HUB_OFFLINE`, or `TRANSFORMERS_OFFLINE`: use the cache folder alone. */
  readonly offline: boolean;
}

/** The variables that say where things are and what is allowed; the token is a secret and not among them. */
export const hubVariables: readonly string[] = [
  ...["HF_ENDPOINT", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"],
  ...["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME", "HOME", "USERPROFILE"],
];

/** The variables that only who downloads needs. */
export const tokenVariables: readonly string[] = ["HF_TOKEN", "HF_TOKEN_PATH"];

/**
 * Reads the hub's address, https://huggingface.co by default, and whether to stay off it (1, true, yes or
 * on). A variable that may not be read counts as absent; no permission is asked for.
 *
 * @throws {TypeError} When the endpoint is not an http(s) address.
 */
export function hubSettingsFromEnvironment(): HubSettings {
  const endpoint = environmentVariable("HF_ENDPOINT") ?? "https://huggingface.co";
  if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? "")) {
    const shown = endpoint.replace(/.*@/s, "…@"); // there may be a password
    throw new TypeError(
      `Cannot use the hub: HF_ENDPOINT is ${shown}, expected an address such as https://huggingface.co`,
    );
  }
  const offline = environmentVariable("HF_HUB_OFFLINE") ??
    environmentVariable("TRANSFORMERS_OFFLINE");
  return {
    endpoint: endpoint.replace(/\/+$/, ""),
    offline: /^(1|true|yes|on)$/i.test(offline ?? ""),
  };
}

/**
 * The folder that keeps downloads, shared with Python's `huggingface_hub`: `HF_HUB_CACHE`,
 * `HUGGINGFACE_HUB_CACHE`, `HF_HOME/hub`, `XDG_CACHE_HOME/huggingface/hub` or `~/.cache/huggingface/hub`.
 *
 * @throws {Error} When none of them is known.
 */
export function hubCacheFolder(): string {
  const named = environmentVariable("HF_HUB_CACHE") ?? environmentVariable("HUGGINGFACE_HUB_CACHE");
  return named === undefined ? join(hubHome(), "hub") : withHome(named);
}

/**
 * The file in which `hf auth login` keeps the token: `HF_TOKEN_PATH`, or `HF_HOME/token`; none where the user has
 * no folder.
 */
export function hubTokenFile(): string | undefined {
  const named = environmentVariable("HF_TOKEN_PATH");
  try {
    return named === undefined ? join(hubHome(), "token") : withHome(named);
  } catch {
    return undefined;
  }
}

/** The access token: `HF_TOKEN`, else what `hf auth login` has kept; undefined when there is none to read. */
export function hubToken(): string | undefined {
  return environmentVariable("HF_TOKEN") ?? tokenInFile();
}

function tokenInFile(): string | undefined {
  try {
    const path = hubTokenFile();
    if (path === undefined) return undefined;
    if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return undefined;
    return Deno.readTextFileSync(path).trim() || undefined;
  } catch {
    return undefined; // public models need none, and the hub says where one is wanted
  }
}

function hubHome(): string {
  const named = environmentVariable("HF_HOME");
  if (named !== undefined) return withHome(named);
  return join(
    withHome(environmentVariable("XDG_CACHE_HOME") ?? join("~", ".cache")),
    "huggingface",
  );
}

/** A path whose `~` stands for the user's folder; not every variable has been through a shell. */
function withHome(path: string): string {
  if (!/^~($|[/\\])/.test(path)) return path;
  const home = environmentVariable("HOME") ?? environmentVariable("USERPROFILE");
  if (home !== undefined) return join(home, path.slice(1));
  throw new Error(
    "Cannot find the folder of downloads: HOME is not set, expected the user's folder; " +
      "set HF_HOME, or name a folder with --weights-dir",
  );
}
