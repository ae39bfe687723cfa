/**
 * Pictures that are not read, told by their first bytes: whoever named a WebP `.jpg` should know why it is
 * refused.
 *
 * @module
 */

/** What each kind is called, and the Latin-1 text that its files begin with. */
const kinds: readonly [name: string, beginning: RegExp][] = [
  ["a WebP", /^RIFF[^]{4}WEBP/],
  ["an AVIF", /^[^]{4}ftypavi[fs]/],
  ["a HEIC", /^[^]{4}ftyp(hei[cxms]|hev[cxms]|mif1|msf1)/],
  ["a TIFF", /^(II\*\0|MM\0\*|II\+\0|MM\0\+)/],
  ["a BMP", /^BM[^]{4}\0\0\0\0/],
  ["a JPEG XL", /^(\xff\n|\0\0\0\fJXL )/],
  ["a JPEG 2000", /^(\0\0\0\fjP {2}|\xff\x4f\xff\x51)/],
  ["an SVG", /^\s*(<\?xml[^>]*>\s*)?(<!--[^]*?-->\s*)?<svg[\s>]/],
  ["a PDF", /^%PDF-/],
  ["a web page", /^\s*<(!doctype html|html)[\s>]/i],
];

/** Bytes that decide. */
const LOOKED_AT = 256;

/** Says what a file is that is no JPEG, PNG or GIF: `a WebP`; nothing where it is not known either. */
export function nameForeignKind(bytes: Uint8Array): string | undefined {
  const beginning = new TextDecoder("latin1").decode(bytes.subarray(0, LOOKED_AT));
  return kinds.find(([, pattern]) => pattern.test(beginning))?.[0];
}
