/**
 * What a hub's refusals mean for whoever wanted a model.
 *
 * @module
 */
import { HubRefusal } from "./hub_request.ts";
import { shownAddress } from "./shown_address.ts";

/** What was asked for, and of whom. */
export interface RefusedRequest {
  /** `ORG/NAME`. */
  readonly repository: string;
  /** The hub's address. */
  readonly endpoint: string;
  /** The file or the revision. */
  readonly what: string;
}

/**
 * Puts a refusal into one line with the remedy.
 *
 * @throws Always: any other error as it is.
 */
export function explainRefusal(
  error: unknown,
  { repository, endpoint, what }: RefusedRequest,
): never {
  if (!(error instanceof HubRefusal)) throw error;
  throw new Error(
    `Cannot load ${repository}: the answer for ${what} is ${error.status}, ` +
      `${
        adviceFor(error, `${shownAddress(endpoint)}/${repository}`)
      }, or name a local folder (local-dir:PATH)`,
    { cause: error },
  );
}

function adviceFor({ status, code }: HubRefusal, page: string): string {
  if (code === "GatedRepo") {
    return `expected access to a gated repository: accept its conditions on ${page}, ` +
      "and set HF_TOKEN to a token of that account (or hf auth login)";
  }
  if (status === 404) {
    return code === "RevisionNotFound"
      ? "expected a branch, a tag or a commit of the repository; check what stands behind the @"
      : "expected a repository and file that exist; check the name";
  }
  return [401, 403].includes(status)
    ? "expected access; the repository is absent, private or gated: " +
      "check the name, or set HF_TOKEN to a token that may read it (or hf auth login)"
    : "expected the file; try again later";
}

/** The error of what would have to be asked for, and must not be. */
export function offlineError(
  repository: string,
  { missing, folder }: { missing: string; folder: string },
): Error {
  return new Error(
    `Cannot load ${repository}: ${missing} is not in ${folder} and HF_HUB_OFFLINE is set; unset it, ` +
      "download it on a machine with a network and copy the folder, or name a local folder (local-dir:PATH)",
  );
}
