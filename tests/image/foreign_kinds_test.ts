import assert from "node:assert/strict";
import { decodeImage } from "../../lib/image/decode.ts";
import { nameForeignKind } from "../../lib/image/foreign_kinds.ts";

const beginnings: Record<string, string> = {
  "a WebP": "RIFF\x24\x01\0\0WEBPVP8 ",
  "an AVIF": "\0\0\0\x20ftypavif\0\0\0\0",
  "a HEIC": "\0\0\0\x18ftypheic\0\0\0\0",
  "a TIFF": "MM\0*\0\0\0\x08",
  "a BMP": "BM\x36\x10\0\0\0\0\0\0\x36\0\0\0",
  "a JPEG XL": "\xff\x0a\xfa\x7f",
  "a JPEG 2000": "\0\0\0\x0cjP  \r\n\x87\n",
  "an SVG": '<?xml version="1.0"?>\n<svg xmlns="x">',
  "a PDF": "%PDF-1.7\n",
  "a web page": "\n<!DOCTYPE html><title>Not found</title>",
};

for (const [kind, text] of Object.entries(beginnings)) {
  Deno.test(`decodeImage() says that ${kind} is none of its kinds, whatever its name`, async () => {
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    assert.equal(nameForeignKind(bytes), kind);
    await assert.rejects(decodeImage(bytes, { name: "a.jpg" }), {
      name: "SyntaxError",
      message: `Cannot decode image: a.jpg is ${kind}, expected a JPEG, PNG or GIF; ` +
        "convert the file or remove it",
    });
  });
}
