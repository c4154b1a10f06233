import type { AttributeValue } from '../model/attributes.ts';
import type { ShortenedValue } from '../model/modelCall.ts';
import type { SpanDetails } from '../model/span.ts';
import { walkBrackets } from './jsonDepth.ts';
import { MARKS } from './mergedTables.ts';

/** Longer texts are looked at at their ends only: a limit that cuts is short. */
const MAX_SCAN = 1024 * 1024;
/** Lengths that people set as limits. */
const ROUND_LENGTHS: ReadonlySet<number> = new Set([
  100, 128, 200, 250, 255, 256, 500, 512, 1000, 1024, 1500, 2000, 2048, 2500, 3000, 4000, 4095, 4096, 5000, 8000, 8192,
  10_000, 12_000, 12_288, 16_000, 16_384, 20_000, 32_000, 32_766, 32_768, 40_000, 50_000, 64_000, 65_535, 65_536,
  100_000, 128_000, 131_072, 250_000, 256_000, 262_144, 500_000, 524_288, 1_000_000, 1_048_576,
]);
/** Shortest text that a limit is believed to have cut where nothing but its length speaks for it. */
const LEAST = 100;

const LIMIT_CURE =
  'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT (or OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT) of the service, or the limit set in its ' +
  'code: raise or unset it.';
const PRINTER_CURE =
  'The program printed the value with its middle left out. Record value.tolist() or its JSON, or raise the limit: ' +
  'numpy.set_printoptions(threshold=sys.maxsize), torch.set_printoptions(profile="full").';
const LIBRARY_CURE = 'The program marked it so itself before it was sent: raise the limit where it shortens.';

const LIBRARY_MARK =
  /(?:\.\.\.|\u2026)?\s*[[(<{]?\s*(?:truncated|\d[\d,]*\s*(?:more\s+)?(?:chars?|characters|bytes|tokens)\s*(?:more|omitted|truncated|left)?)\s*(?:\.\.\.|\u2026)?[\])>}]?\s*$/i;
const PRINTED = /^\s*(?:[\w.]*(?:array|tensor|Tensor|matrix|Series|DataFrame|Index)\s*\(|[[({])/;
const PRINTED_GAP = /[[(,\s]\.\.\.[\],)\s]/;
/** pandas says how much there is behind what it prints. */
const PANDAS = /\.\.\.[\s\S]*\n\[\d+ rows x \d+ columns\]\s*$/;

/** Tells of the values of one span which of them were shortened before they were exported, and by what. */
export class ShorteningJudge {
  readonly #longest: number;
  readonly #times: number;

  constructor(details: SpanDetails) {
    let longest = 0;
    let times = 0;
    const see = (value: AttributeValue): void => {
      if (value.type !== 'string') return;
      const length = lengthOf(value);
      if (length > longest) {
        longest = length;
        times = 1;
      } else if (length === longest) times++;
    };
    for (const { value } of details.attributes) see(value);
    for (const { attributes } of details.events) for (const { value } of attributes) see(value);
    this.#longest = longest;
    this.#times = times;
  }

  /** Judges a value that no parser could read as a structure, or one of text; `whole` is all that arrived. */
  judge(whole: string, form: string): ShortenedValue | undefined {
    for (const { text, means, cure } of MARKS) {
      if (means === 'shortened' && text.test(ends(whole))) return { by: 'library', cure };
    }
    if (form === 'json' || form === 'structured') return undefined;
    if (isPrinted(whole)) return { by: 'printer', cure: PRINTER_CURE };
    if (form === 'python') return undefined;
    if (LIBRARY_MARK.test(whole.slice(-120)) && whole.length > LEAST) return { by: 'library', cure: LIBRARY_CURE };
    // A limit cuts every value that is longer, so nothing on the span is.
    const length = codePoints(whole);
    if (whole.length !== this.#longest && length !== this.#longest) return undefined;
    const told = `It ends after ${length.toLocaleString('en-US')} characters`;
    if (isBrokenJson(whole)) return { by: 'limit', cure: `${told}, amid its JSON: ${LIMIT_CURE}` };
    const round = ROUND_LENGTHS.has(length) || ROUND_LENGTHS.has(whole.length);
    if (length < LEAST || !(round || (this.#times > 1 && length > 2 * LEAST))) return undefined;
    return { by: 'limit', cure: `${told}, as long as a limit lets it be: ${LIMIT_CURE}` };
  }
}

function lengthOf(value: AttributeValue & { readonly type: 'string' }): number {
  return value.cut === undefined ? value.value.length : value.cut.totalBytes;
}

/** SDKs count characters, not UTF-16 units. */
function codePoints(text: string): number {
  if (text.length > MAX_SCAN) return text.length;
  let count = text.length;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xd800) count--;
  return count;
}

function ends(text: string): string {
  return text.length <= 4096 ? text : `${text.slice(0, 2048)}\n${text.slice(-2048)}`;
}

function isPrinted(text: string): boolean {
  if (PANDAS.test(text.slice(-4096))) return true;
  return PRINTED.test(text.slice(0, 200)) && PRINTED_GAP.test(text.slice(0, 64 * 1024));
}

/** Whether a text is the beginning of a JSON text, and no more. */
function isBrokenJson(text: string): boolean {
  if (text.length > MAX_SCAN || !/^\s*[[{]/.test(text)) return false;
  if (!/^\s*(?:\{\s*"|\[\s*(?:[[{"\d-]|true|false|null))/.test(text)) return false;
  return walkBrackets(text, (depth) => depth <= 0) > 0;
}
