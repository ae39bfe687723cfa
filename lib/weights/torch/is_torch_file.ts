/**
 * PyTorch's own files, by their names.
 *
 * @module
 */

/** Whether a file is one of PyTorch's own, by its name. */
export function isTorchFile(path: string): boolean {
  return /\.(pt|pth|bin)$/.test(path);
}
