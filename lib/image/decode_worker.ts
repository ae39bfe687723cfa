/**
 * The worker side of {@link DecodePool}: reads, decodes and preprocesses one photo a message.
 *
 * @module
 */
import { answerRequests } from "../threads/answer_requests.ts";
import { type DecodedPhoto, readPhoto, type ReadPhotoOptions } from "./read_photo.ts";

/** What the pool asks for: one photo. */
export interface DecodeRequest extends ReadPhotoOptions {
  /** The photo's file. */
  readonly path: string;
}

// The crop is copied to the pool: buffers that Deno hands over stay in memory for long (measured).
answerRequests<DecodeRequest, DecodedPhoto>(({ path, ...options }) => readPhoto(path, options));
