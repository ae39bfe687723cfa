/**
 * Motions of the picture plane as 3×3 matrices, in coordinates independent of the pixel grid.
 *
 * A point is (x, y) with x = 0 at the left edge of the picture and 1 at its right edge, y = 0 at
 * the top edge and 1 at the bottom. The centre of pixel (column i, row j) lies at ((i + ½)/width,
 * (j + ½)/height), so that one matrix moves a 224-pixel photo and its 14×14 map alike. Matrices map
 * a point of the *result* to the point of the *source* it shows, which is what resampling asks for.
 * Signs and centres are those of torchvision.transforms.functional.
 *
 * @module
 */

/** A 3×3 matrix, row by row: result point → source point, in sides of the picture. */
export type Homography = readonly number[];

/** A point (x, y), in sides of the picture. */
export type Point = readonly [x: number, y: number];

/** Four corners: top left, top right, bottom right, bottom left. */
export type Quad = readonly [Point, Point, Point, Point];

/** The sides of a picture, in pixels. */
export interface PictureSize {
  /** Rows. */
  readonly height: number;
  /** Columns. */
  readonly width: number;
}

/** Mirrors left and right. */
export const horizontalFlip: Homography = [-1, 0, 1, 0, 1, 0, 0, 0, 1];

/** Mirrors top and bottom. */
export const verticalFlip: Homography = [1, 0, 0, 0, -1, 1, 0, 0, 1];

/**
 * Rotates about the centre, counter-clockwise as seen; angles in the picture stay what they are.
 *
 * @param degrees The angle; negative turns clockwise.
 * @param size The picture's sides; only their ratio matters.
 */
export function rotation(degrees: number, size: PictureSize): Homography {
  const cosine = Math.cos(degrees * Math.PI / 180);
  const sine = Math.sin(degrees * Math.PI / 180);
  const xFromY = -sine * size.height / size.width;
  const yFromX = sine * size.width / size.height;
  return [
    ...[cosine, xFromY, (1 - cosine - xFromY) / 2],
    ...[yFromX, cosine, (1 - cosine - yFromX) / 2],
    ...[0, 0, 1],
  ];
}

/** Moves the picture by `dx` of its width to the right and `dy` of its height down. */
export function translation(dx: number, dy: number): Homography {
  return [1, 0, -dx, 0, 1, -dy, 0, 0, 1];
}

/** Moves the four points `from` of the source to the four points `to` of the result. */
export function perspective(from: Quad, to: Quad): Homography {
  return compose(squareToQuad(from), inverse(squareToQuad(to)));
}

/** The motions one after another, the first given made first: their matrix product. */
export function compose(...motions: Homography[]): Homography {
  return motions.reduce(multiply, [1, 0, 0, 0, 1, 0, 0, 0, 1]);
}

/**
 * The matrix that takes the unit square's corners to a quad's.
 *
 * Source: Heckbert 1989, "Fundamentals of Texture Mapping and Image Warping", §2.2.3.
 */
function squareToQuad([[x0, y0], [x1, y1], [x2, y2], [x3, y3]]: Quad): Homography {
  const [dx1, dx2, sumX] = [x1 - x2, x3 - x2, x0 - x1 + x2 - x3];
  const [dy1, dy2, sumY] = [y1 - y2, y3 - y2, y0 - y1 + y2 - y3];
  const determinant = dx1 * dy2 - dx2 * dy1;
  const g = (sumX * dy2 - dx2 * sumY) / determinant;
  const h = (dx1 * sumY - sumX * dy1) / determinant;
  return [
    ...[x1 - x0 + g * x1, x3 - x0 + h * x3, x0],
    ...[y1 - y0 + g * y1, y3 - y0 + h * y3, y0],
    ...[g, h, 1],
  ];
}

/** The inverse up to a factor, which a homography does not notice: the adjugate. */
function inverse([a, b, c, d, e, f, g, h, i]: Homography): Homography {
  return [
    ...[e * i - f * h, c * h - b * i, b * f - c * e],
    ...[f * g - d * i, a * i - c * g, c * d - a * f],
    ...[d * h - e * g, b * g - a * h, a * e - b * d],
  ];
}

function multiply(left: Homography, right: Homography): Homography {
  return Array.from({ length: 9 }, (_, index) => {
    const row = index - index % 3;
    const column = index % 3;
    return left[row] * right[column] + left[row + 1] * right[column + 3] +
      left[row + 2] * right[column + 6];
  });
}
