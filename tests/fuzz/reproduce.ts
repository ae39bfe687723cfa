/**
 * Tries one damaged file again: `deno run -A tests/fuzz/reproduce.ts KIND SEED NUMBER [FILE]`, which writes the
 * damaged file when FILE is given.
 *
 * @module
 */
import { Random } from "../../lib/random/random.ts";
import { fuzz } from "./fuzz.ts";
import { subjects } from "./subjects.ts";

const [kind, seed, number, copy] = Deno.args;
const subject = await subjects[kind]();
try {
  if (copy) {
    const random = Random.from("fuzz", kind, Number(seed), Number(number));
    await Deno.writeFile(copy, subject.mutate(random.pick(subject.corpus), random).bytes);
  }
  console.log(await fuzz(subject, { kind, seed: Number(seed), first: Number(number), count: 1 }));
} finally {
  await subject.close?.();
}
