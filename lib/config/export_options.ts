/**
 * The options of what is written for others to use: a student's model, and the maps of a cache.
 *
 * @module
 */
import { choice, choices, text, toggle } from "./option.ts";

/** One of the formats of students. */
export type StudentFormat = "timm" | "onnx" | "checkpoint";

/** What a student is written as. */
export const studentFormats = ["timm", "onnx", "checkpoint"] as const satisfies StudentFormat[];

/** What a cache's maps are written as. */
export const mapFormats = ["npy"] as const;

/** One of the formats of maps. */
export type MapFormat = typeof mapFormats[number];
/** One of all formats. */
export type ExportFormat = StudentFormat | MapFormat;

/** What `export` writes, and where. */
export const exportOptions = {
  formats: choices([...studentFormats, ...mapFormats], {
    description:
      "timm: a model that timm loads; onnx: a graph for any runtime; checkpoint: as train writes it, made of a .pt, too; npy: the cached maps",
  }).default(["timm"]),
  includeDegradation: toggle({
    description: "degrade photos within the ONNX graph",
  }).default(true),
  pixelType: choice(["float32", "uint8"], {
    description: "onnx: what pixels are: normalised numbers, or bytes that the graph normalises",
  }).default("float32"),
  divideByMaximum: toggle({
    description: "npy: divide each map by its maximum, as students learn it",
  }).default(false),
  outputDir: text({
    description: "folder for what is exported",
    placeholder: "DIR",
    expected: "the path of a folder",
    unset: "export in the run's folder, or beside a lone checkpoint; of maps alone, the cache's",
  }).optional(),
};
