/**
 * How downloads are shown.
 *
 * @module
 */
import type { ModelSource } from "../../lib/model/model_source.ts";
import type { Progress } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

/** Shows downloads as progress, one bar a file, and what a hub that does not answer leads to. */
export function reportDownloads(
  terminal: Terminal,
): Required<Pick<ModelSource, "onDownload" | "onWarning">> {
  let shown: { file: string; bar: Progress } | undefined;
  return {
    onDownload: ({ file, received, total }) => {
      const done = mebibytes(received);
      if (shown?.file !== file) {
        const options = { from: done, unit: "MiB" };
        const bar = terminal.progress(`download ${file}`, mebibytes(total), options);
        shown = { file, bar };
      }
      shown.bar.update({ done });
    },
    onWarning: (message) => terminal.warn(message),
  };
}

/** Begun ones count, so that a small file comes to its end. */
function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}
