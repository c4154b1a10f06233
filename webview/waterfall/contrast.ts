/** Red, green, blue 0..255 and opacity 0..1. */
type Rgba = readonly [red: number, green: number, blue: number, alpha: number];

/** Steps of the search for a lightness: 2^-12 of the way is less than a step of 8-bit colour. */
const STEPS = 12;
/** Of a grey that white and black stand out from equally. */
const MIDDLE_LUMINANCE = 0.18;
/** How far a colour is moved at a time to be unlike others, as a part of the way to white or black. */
const UNLIKE_STEP = 0.12;

/** A colour as hex or `rgb()`; undefined for others (named ones). */
export function rgbaOf(color: string): Rgba | undefined {
  const hex = /^#([\da-f]{3,8})$/i.exec(color.trim())?.[1];
  if (hex !== undefined) {
    const wide = hex.length <= 4 ? hex.replaceAll(/./g, '$&$&') : hex;
    if (wide.length !== 6 && wide.length !== 8) return undefined;
    const part = (at: number): number => Number.parseInt(wide.slice(at, at + 2), 16);
    return [part(0), part(2), part(4), wide.length === 8 ? part(6) / 255 : 1];
  }
  const parts = /^rgba?\(([^)]*)\)$/i
    .exec(color.trim())?.[1]
    ?.split(/[\s,/]+/)
    .filter((each) => each !== '');
  if (!parts || parts.length < 3) return undefined;
  const [red = Number.NaN, green = Number.NaN, blue = Number.NaN, alpha = 1] = parts.map((each) =>
    each.endsWith('%') ? Number.parseFloat(each) / 100 : Number(each),
  );
  return [red, green, blue, alpha].every(Number.isFinite) ? [red, green, blue, alpha] : undefined;
}

/** `color` at `strength` 0..1 over an opaque background. */
function over([red, green, blue, alpha]: Rgba, under: Rgba, strength = 1): Rgba {
  const part = alpha * strength;
  const mix = (top: number, bottom: number): number => top * part + bottom * (1 - part);
  return [mix(red, under[0]), mix(green, under[1]), mix(blue, under[2]), 1];
}

/** Relative luminance, WCAG 2. */
function luminance([red, green, blue]: Rgba): number {
  const linear = (part: number): number =>
    part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4;
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function ratio(a: Rgba, b: Rgba): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

function text([red, green, blue]: Rgba): string {
  const hex = (part: number): string => Math.round(part).toString(16).padStart(2, '0');
  return `#${hex(red)}${hex(green)}${hex(blue)}`;
}

/** The same hue, nearer to white (`amount` > 0) or black (< 0), by HSL lightness. */
function shifted([red, green, blue]: Rgba, amount: number): Rgba {
  const [r, g, b] = [red / 255, green / 255, blue / 255];
  const high = Math.max(r, g, b);
  const low = Math.min(r, g, b);
  const spread = high - low;
  const light = (high + low) / 2;
  const saturation = spread === 0 ? 0 : spread / (1 - Math.abs(2 * light - 1));
  const turn =
    spread === 0 ? 0 : high === r ? (g - b) / spread : high === g ? (b - r) / spread + 2 : (r - g) / spread + 4;
  const hue = (turn + 6) % 6;
  const target = amount > 0 ? light + (1 - light) * amount : light * (1 + amount);
  const chroma = (1 - Math.abs(2 * target - 1)) * saturation;
  const part = (at: number): number => {
    const place = (at + hue) % 6;
    return 255 * (target + chroma * (Math.min(1, Math.max(0, Math.abs(place - 3) - 1)) - 0.5));
  };
  return [part(0), part(4), part(2), 1];
}

/** WCAG 2 contrast ratio of a colour at `strength` over a background; 1 when either cannot be read. */
export function contrastOf(color: string, background: string, strength = 1): number {
  const [top, bottom] = [rgbaOf(color), rgbaOf(background)];
  return top && bottom ? ratio(over(top, bottom, strength), bottom) : 1;
}

/**
 * A colour of at least `least` contrast against an opaque background: the given one when it has it, else lighter on dark
 * and darker on light, as little as needed. Colours that cannot be read (named ones) come back as they are.
 */
export function withContrast(color: string, background: string, least: number): string {
  const [top, bottom] = [rgbaOf(color), rgbaOf(background)];
  if (!top || !bottom) return color;
  const solid = over(top, bottom);
  if (ratio(solid, bottom) >= least) return color;
  const sign = luminance(bottom) < MIDDLE_LUMINANCE ? 1 : -1;
  let [low, high] = [0, 1];
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2;
    if (ratio(shifted(solid, sign * middle), bottom) >= least) high = middle;
    else low = middle;
  }
  return text(shifted(solid, sign * high));
}

/** A colour of at most `most` contrast against an opaque background, blended into it as far as needed. */
export function subdued(color: string, background: string, most: number): string {
  const [top, bottom] = [rgbaOf(color), rgbaOf(background)];
  if (!top || !bottom || ratio(over(top, bottom), bottom) <= most) return color;
  let [low, high] = [0, 1];
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2;
    if (ratio(over(top, bottom, middle), bottom) <= most) low = middle;
    else high = middle;
  }
  return text(over(top, bottom, low));
}

/** True for a background that light colours stand out from; one that cannot be read is dark. */
export function isDark(background: string): boolean {
  const color = rgbaOf(background);
  return !color || luminance(color) < MIDDLE_LUMINANCE;
}

/** Place of a colour in OKLab (Ottosson 2020), where distances are what people see. */
function okLab([red, green, blue]: Rgba): readonly [number, number, number] {
  const linear = (part: number): number =>
    part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4;
  const [r, g, b] = [linear(red), linear(green), linear(blue)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** How unlike two colours look: 0 for the same, about 1 for black and white; infinite when one cannot be read. */
export function distanceOf(a: string, b: string): number {
  const [one, other] = [rgbaOf(a), rgbaOf(b)];
  if (!one || !other) return Number.POSITIVE_INFINITY;
  const [x, y] = [okLab(one), okLab(other)];
  return Math.hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
}

/**
 * A colour at least `least` away from all of `others`: the given one when it is, else of the same hue and more contrast
 * against the background, as little as needed. Where no such colour is found it comes back as it is.
 */
export function unlike(color: string, others: readonly string[], background: string, least: number): string {
  const solid = rgbaOf(color);
  if (!solid) return color;
  const sign = isDark(background) ? 1 : -1;
  for (let amount = 0; amount < 0.9; amount += UNLIKE_STEP) {
    const candidate = amount === 0 ? color : text(shifted(solid, sign * amount));
    if (others.every((other) => distanceOf(candidate, other) >= least)) return candidate;
  }
  return color;
}
