/**
 * The error for what a user wrote wrongly: a flag, a configuration file, a combination of the two.
 *
 * @module
 */

/** A mistake in the command line or in a configuration file; a task that meets one exits with 2. */
export class UsageError extends Error {
  /** The class's name, as it stands before the message in a stack trace. */
  override readonly name = "UsageError";
}
