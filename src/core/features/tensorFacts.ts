import type { NumberArray } from './numberArray.ts';

/** What numbers are like, without NaN and infinities unless said. */
export interface TensorFacts {
  readonly count: number;
  /** NaN when none is finite. */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Standard deviation of the population. */
  readonly std: number;
  /** Euclidean. */
  readonly norm: number;
  readonly nans: number;
  readonly infinities: number;
  readonly zeros: number;
  readonly negatives: number;
  /** Counts of equal steps from `min` to `max`; one bin when all are alike, none when none is finite. */
  readonly bins: readonly number[];
}

/** Facts that came with an array of which only the first numbers are here; NaN where its sender had none. */
export interface ToldFacts extends Pick<TensorFacts, 'count' | 'min' | 'max' | 'mean' | 'nans' | 'zeros'> {
  /** They are of an even sample, not of all numbers. */
  readonly sampled: boolean;
}

const BINS = 40;

/**
 * Facts of an array of which only the first numbers are here: what was told of all, and how those here spread between its ends.
 * What nobody knows of all is NaN, or 0 where it is a count.
 */
export function toldFacts(values: Float64Array, told: ToldFacts): TensorFacts {
  const { count, min, max, mean, nans, zeros } = told;
  const { bins } = tensorFacts(values, Number.isFinite(max - min) ? told : undefined);
  return { count, min, max, mean, std: NaN, norm: NaN, nans, infinities: 0, zeros, negatives: 0, bins };
}

/** Facts of numbers in two passes. `range`: the ends of the bins, where they are others than the least and the greatest. */
export function tensorFacts(values: Float64Array, range?: Pick<TensorFacts, 'min' | 'max'>): TensorFacts {
  let [min, max, mean, squares, sum, finite] = [Infinity, -Infinity, 0, 0, 0, 0];
  let [nans, infinities, zeros, negatives] = [0, 0, 0, 0];
  for (const value of values) {
    if (value !== value) nans++;
    else if (value === Infinity || value === -Infinity) infinities++;
    else {
      finite++;
      if (value < min) min = value;
      if (value > max) max = value;
      if (value === 0) zeros++;
      if (value < 0) negatives++;
      // Welford's: large offsets do not eat the variance.
      const step = value - mean;
      mean += step / finite;
      squares += step * (value - mean);
      sum += value * value;
    }
  }
  const { min: low, max: high } = range ?? { min, max };
  const bins: number[] = finite === 0 ? [] : new Array<number>(low === high ? 1 : BINS).fill(0);
  const width = high - low;
  if (finite > 0 && Number.isFinite(width)) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      const place = width === 0 ? 0 : Math.floor(((value - low) / width) * bins.length);
      const bin = Math.max(0, Math.min(bins.length - 1, place));
      bins[bin]!++;
    }
  }
  const none = finite === 0;
  return {
    count: values.length,
    min: none ? NaN : min,
    max: none ? NaN : max,
    mean: none ? NaN : mean,
    std: none ? NaN : Math.sqrt(squares / finite),
    norm: Math.sqrt(sum),
    nans,
    infinities,
    zeros,
    negatives,
    bins,
  };
}

/** Pixels of an image-shaped array, at most {@link IMAGE_SIDE} on a side. */
export interface TensorImage {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, alpha by pixel. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  /** How values became light: `0–255`, `0–1`, or stretched from min to max. */
  readonly scale: '0\u2013255' | '0\u20131' | 'min\u2013max';
  readonly layout: 'HW' | 'HWC' | 'CHW';
  /** Of a batch, which one; its number of images. */
  readonly images: number;
}

/** Larger images are thinned to this many pixels a side. */
export const IMAGE_SIDE = 256;
const LEAST_SIDE = 8;
const LEAST_PLAIN_SIDE = 16;
const MOST_SIDE = 8192;

interface Layout {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly layout: TensorImage['layout'];
}

function layoutOf(shape: readonly number[]): Layout | undefined {
  const fits = (least: number, ...sides: readonly number[]): boolean =>
    sides.every((side) => side >= least && side <= MOST_SIDE);
  const [a = 0, b = 0, c = 0] = shape;
  if (shape.length === 2 && fits(LEAST_PLAIN_SIDE, a, b) && Math.max(a, b) <= 8 * Math.min(a, b))
    return { height: a, width: b, channels: 1, layout: 'HW' };
  if (shape.length !== 3) return undefined;
  if ((a === 3 || a === 1 || a === 4) && fits(LEAST_SIDE, b, c))
    return { height: b, width: c, channels: a, layout: 'CHW' };
  if ((c === 3 || c === 1 || c === 4) && fits(LEAST_SIDE, a, b))
    return { height: a, width: b, channels: c, layout: 'HWC' };
  return undefined;
}

/**
 * The picture in an array of shape H×W, H×W×1/3/4 or 1/3/4×H×W, with or without a batch before (then the image `index` of it); undefined
 * when the shape is none of a picture or values are missing. NaN and infinities are black.
 */
export function tensorImage({ shape, values, ragged }: NumberArray, index = 0): TensorImage | undefined {
  if (ragged || shape.reduce((product, length) => product * length, 1) !== values.length) return undefined;
  const isBatch =
    shape.length === 4 || (shape.length === 3 && shape[0] === 1 && layoutOf(shape.slice(1)) !== undefined);
  const found = layoutOf(isBatch ? shape.slice(1) : shape);
  if (!found) return undefined;
  const { height, width, channels, layout } = found;
  const images = isBatch ? (shape[0] ?? 1) : 1;
  const size = height * width * channels;
  const from = Math.min(Math.max(0, index), images - 1) * size;
  let [min, max] = [Infinity, -Infinity];
  for (let at = from; at < from + size; at++) {
    const value = values[at]!;
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const scale = min >= 0 && max <= 1 ? '0\u20131' : min >= 0 && max <= 255 ? '0\u2013255' : 'min\u2013max';
  const [low, range] = scale === '0\u20131' ? [0, 1] : scale === '0\u2013255' ? [0, 255] : [min, max - min || 1];
  const step = Math.max(1, Math.ceil(Math.max(width, height) / IMAGE_SIDE));
  const [outWidth, outHeight] = [Math.ceil(width / step), Math.ceil(height / step)];
  const pixels = new Uint8ClampedArray(outWidth * outHeight * 4);
  const plane = height * width;
  const at = (y: number, x: number, channel: number): number => {
    const offset = layout === 'CHW' ? channel * plane + y * width + x : (y * width + x) * channels + channel;
    const value = values[from + offset]!;
    return Number.isFinite(value) ? ((value - low) / range) * 255 : 0;
  };
  for (let y = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++) {
      const out = (y * outWidth + x) * 4;
      for (let channel = 0; channel < 3; channel++) {
        pixels[out + channel] = at(y * step, x * step, channels >= 3 ? channel : 0);
      }
      pixels[out + 3] = channels === 4 ? at(y * step, x * step, 3) : 255;
    }
  }
  return { width: outWidth, height: outHeight, pixels, scale, layout, images };
}
