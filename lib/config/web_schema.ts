/**
 * The options of `deno task web`.
 *
 * @module
 */
import { z } from "zod";
import { withoutDefaults } from "./option.ts";
import * as groups from "./options.ts";
import type { OptionsOf } from "./task.ts";

const { backend: _backend, blas: _blas, seed: _seed, ...printing } = groups.commonOptions;

/** `deno task web`; what computes is the browser. */
export const webTask = {
  name: "web",
  description:
    "Serves a page on which a student says where to look next in a photo, in the browser.",
  schema: z.strictObject({
    ...printing,
    ...withoutDefaults(groups.runOptions, { unset: "the newest run, else the sample's" }),
    ...withoutDefaults(groups.checkpointOptions, {
      unset: "the newest of the run",
      description: "checkpoint of the student; export --formats=checkpoint makes one of a .pt",
    }),
    ...groups.webOptions,
  }),
};

/** What `deno task web` is told. */
export type WebOptions = OptionsOf<typeof webTask>;
