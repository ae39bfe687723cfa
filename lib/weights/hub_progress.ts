/**
 * What a download tells of itself.
 *
 * @module
 */

/** How far the download of a file has come. */
export interface HubProgress {
  /** The file's name in its repository. */
  readonly file: string;
  /** Bytes on the disk. */
  readonly received: number;
  /** Bytes of the whole file. */
  readonly total: number;
}
