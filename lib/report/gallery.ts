/**
 * Single photos of an evaluation, each as the teacher and the student saw it.
 *
 * @module
 */
import type { RolloutCache } from "../cache/rollout_cache.ts";
import { evaluationMaskKey } from "../dataset/mask_key.ts";
import type { PhotoSource } from "../dataset/photo_source.ts";
import { lookAt } from "../dataset/student_look.ts";
import { overlayMap } from "../image/overlay.ts";
import { encodePng } from "../image/png.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import type { StudentCheckpoint } from "../model/student_checkpoint.ts";
import { divideByMaximum } from "../rollout/divide_by_maximum.ts";
import type { ExampleGroup } from "./examples.ts";
import { type Html, html } from "./html.ts";
import { formatNumber } from "./numbers.ts";

/** Where photos and maps come from; all of it stays the caller's. */
export interface Gallery {
  /** The student. */
  readonly checkpoint: StudentCheckpoint;
  /** The teacher's maps. */
  readonly cache: RolloutCache;
  /** The photos. */
  readonly source: PhotoSource;
  /** The evaluation's seed, which decides what is hidden of a photo. */
  readonly seed: number;
  /** The student among the predictors. */
  readonly student: string;
  /** The measure that the photos are sorted by, and its title. */
  readonly measure: { readonly name: string; readonly title: string };
  /** Stops the work before the next photo. */
  readonly signal?: AbortSignal;
  /** Called after each photo. */
  readonly onPhoto?: () => void;
}

/**
 * Draws groups of photos: the photo, the teacher's map, what the student saw, and the student's map.
 *
 * @throws As {@linkcode PhotoSource.load} and {@linkcode RolloutCache.readMap} do; the signal's reason.
 */
export async function drawGallery(
  groups: readonly ExampleGroup[],
  gallery: Gallery,
): Promise<Html> {
  const parts: Html[] = [];
  for (const { title, images } of groups) {
    parts.push(html`
      <h3>${title}</h3>
    `);
    for (const { path, scores } of images) {
      gallery.signal?.throwIfAborted();
      const score = scores[gallery.student][gallery.measure.name];
      parts.push(await drawExample(path, { ...gallery, score }));
      gallery.onPhoto?.();
    }
  }
  return html`${parts}`;
}

async function drawExample(
  path: string,
  { source, cache, checkpoint, seed, measure, score }: Gallery & { score: number },
): Promise<Html> {
  const photo = await source.load(path);
  const [gridHeight, gridWidth] = checkpoint.description.grid;
  const teacherMap = divideByMaximum(await cache.readMap(path));
  const viewed = { data: photo.data, maskKey: evaluationMaskKey(seed, path) };
  const { seen, map } = await lookAt(viewed, checkpoint);
  const overlay = (map: Float32Array) => overlayMap(photo, map, { gridHeight, gridWidth });
  const scored = `${measure.title} ${formatNumber(score)}`;
  const pictures = [
    await picture(photo, { caption: "Photo", alt: `The photo ${path}` }),
    await picture(overlay(teacherMap), {
      caption: "Teacher's map",
      alt: `The teacher's map over ${path}`,
    }),
    await picture(seen, {
      caption: "What the student saw",
      alt: `What the student saw of ${path}`,
      kind: "seen",
    }),
    await picture(overlay(map), {
      caption: `Student's map, ${scored}`,
      alt: `The student's map over ${path}, ${scored}`,
    }),
  ];
  return html`
    <article class="example">
      <p>${path} <span class="muted">${scored}</span></p>
      <div class="pictures">${pictures}</div>
    </article>
  `;
}

async function picture(
  image: RgbImage,
  { caption, alt, kind = "map" }: { caption: string; alt: string; kind?: "map" | "seen" },
): Promise<Html> {
  const address = `data:image/png;base64,${(await encodePng(image)).toBase64()}`;
  return html`<figure><img class="${kind}" src="${address}" alt="${alt}" width="${image.width}" height="${image.height}" loading="lazy"><figcaption>${caption}</figcaption></figure>`;
}
