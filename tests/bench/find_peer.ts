/**
 * Finding a Python that has PyTorch.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { PeerError, PeerProcess } from "./peer_process.ts";

/** Where to look, and for which script. */
export interface FindPeerOptions {
  /** The only Python to try; the usual ones when absent. */
  readonly python?: string;
  /** The script; `peer.py` beside this file when absent. */
  readonly script?: string;
  /** Ends the process when it is aborted. */
  readonly signal?: AbortSignal;
}

/** Another Python may come first on the path than the one that Debian's `python3-torch` belongs to. */
const usualPythons = ["python3", "/usr/bin/python3"];

/** Starts the first Python that can run the script; without one, says why. */
export async function findPeer(
  { python, script, signal }: FindPeerOptions,
): Promise<{ readonly peer: PeerProcess } | { readonly obstacle: string }> {
  const path = script ?? fileURLToPath(new URL("./peer.py", import.meta.url));
  const obstacles: string[] = [];
  for (const candidate of python ? [python] : usualPythons) {
    try {
      return { peer: await PeerProcess.start({ python: candidate, script: path, signal }) };
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof PeerError)) throw error;
      obstacles.push(`${candidate}: ${error.message}`);
    }
  }
  return { obstacle: obstacles.join("; ") };
}
