/**
 * How a download is shown.
 *
 * @module
 */
import type { HubProgress } from "../../lib/weights/hub.ts";
import type { Progress } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

/** Shows downloads as progress, one bar a file. */
export function downloadProgress(terminal: Terminal): (progress: HubProgress) => void {
  let shown: { file: string; bar: Progress } | undefined;
  return ({ file, received, total }) => {
    const done = Math.floor(received / 2 ** 20);
    if (shown?.file !== file) {
      const mebibytes = Math.ceil((total ?? received) / 2 ** 20);
      const options = { from: done, unit: "MiB" };
      shown = { file, bar: terminal.progress(`download ${file}`, mebibytes, options) };
    }
    shown.bar.update({ done });
  };
}
