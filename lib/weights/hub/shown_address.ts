/**
 * Addresses in messages.
 *
 * @module
 */

/** An address as a message may show it: without a name and password, and without what signs it. */
export function shownAddress(address: string | URL): string {
  const { origin, pathname } = new URL(address);
  return `${origin}${pathname}`.replace(/\/$/, "");
}
