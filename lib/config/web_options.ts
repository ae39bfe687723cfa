/**
 * The options of a server of pages.
 *
 * @module
 */
import { z } from "zod";
import { number, text } from "./option.ts";

/** Where the server listens. */
export const webOptions = {
  host: text({
    description: "address to listen on; 0.0.0.0 lets other devices of the network in",
    placeholder: "ADDRESS",
    expected: "a host name or an IPv4 address",
    pattern: /^[\w.-]+$/,
  }).default("127.0.0.1"),
  port: number(z.int().min(0).max(65_535), {
    description: "port to listen on; 0 takes a free one",
    placeholder: "N",
    expected: "a whole number from 0 to 65535",
  }).default(8000),
};
