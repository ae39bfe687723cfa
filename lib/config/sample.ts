/**
 * Where the sample that ships with the project lies.
 *
 * @module
 */
import { join } from "node:path";

const sampleFolder = join("data", "sample");

/** The folder of the sample's teacher, in timm's layout. */
export const sampleTeacherFolder: string = join(sampleFolder, "teacher");

/** A student of the sample: it sees pixelated scenes. */
export const sampleStudent: string = join(sampleFolder, "students", "pixelating.safetensors");

/** The folder of the sample's scenes. */
export const sampleImagesFolder: string = join(sampleFolder, "images");

/** The folder of the pretrained model that the sample's students start from, in timm's layout. */
export const sampleBaseFolder: string = join(sampleFolder, "student-base");
