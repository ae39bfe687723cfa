/**
 * What several tasks say in the same words.
 *
 * @module
 */
import type { HubProgress } from "../../lib/weights/hub.ts";
import type { Progress } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

/** A number of parameters, e.g. `304.4 M`. */
export function millions(count: number): string {
  return count >= 1e5 ? `${(count / 1e6).toFixed(count < 1e6 ? 2 : 1)} M` : `${count}`;
}

/** Shows downloads as progress, one bar a file. */
export function downloadProgress(terminal: Terminal): (progress: HubProgress) => void {
  let shown: { file: string; bar: Progress } | undefined;
  return ({ file, received, total }) => {
    if (shown?.file !== file) {
      const mebibytes = Math.ceil((total ?? received) / 2 ** 20);
      shown = { file, bar: terminal.progress(`download ${file}`, mebibytes, { unit: "MiB" }) };
    }
    shown.bar.update({ done: Math.floor(received / 2 ** 20) });
  };
}
