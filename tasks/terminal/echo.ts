/**
 * Echoes of a signal: one Ctrl-C reaches a task from the terminal, which tells every process, and again from
 * `deno task` and from the launcher, which pass on what they are told; so does a cluster's signal to a whole job.
 *
 * @module
 */

/** Milliseconds in which a signal's echoes have come, however slow the machine, and no person has thought again. */
const lasting = 500;

/**
 * Begins to wait until no more echoes of a signal will come.
 *
 * @returns Whether they are over: what comes then is another signal.
 */
export function awaitEchoes(): { readonly areOver: boolean } {
  const echoes = { areOver: false };
  // A thread that computes hears late, and may see the time over before it hears what came in that time: another
  // timer lets it hear first.
  const later = (body: () => void, delay: number) => Deno.unrefTimer(setTimeout(body, delay));
  later(() => later(() => echoes.areOver = true, lasting / 10), lasting);
  return echoes;
}
