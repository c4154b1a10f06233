import { ALNUM, CLASS, DIGIT, passClass, startsWith, UPPER, WORD } from './bytes.ts';

/**
 * Keys of APIs whose form is known. `prefix` is what they begin with; then follow at least `least` characters of `classes`.
 * Keyed by the prefix's last byte, which the scan stops at.
 */
interface KeyForm {
  readonly prefix: string;
  readonly least: number;
  readonly classes: number;
  /** Exactly `least`. */
  readonly exact?: boolean;
  /** What `classes` must begin with. */
  readonly then?: string;
}

const FORMS: readonly KeyForm[] = [
  // OpenAI, Anthropic, OpenRouter, DeepSeek, Langfuse: sk-…, sk-ant-…, sk-proj-…, sk-or-v1-…, sk-lf-…
  { prefix: 'sk-', least: 16, classes: WORD },
  // AWS access key ids, permanent and temporary.
  { prefix: 'AKI', then: 'A', least: 17, classes: UPPER | DIGIT, exact: true },
  { prefix: 'ASI', then: 'A', least: 17, classes: UPPER | DIGIT, exact: true },
  // Google.
  { prefix: 'AI', then: 'za', least: 34, classes: WORD },
  { prefix: 'GOCSPX-', least: 20, classes: WORD },
  // GitHub, GitLab.
  { prefix: 'ghp_', least: 20, classes: ALNUM },
  { prefix: 'gho_', least: 20, classes: ALNUM },
  { prefix: 'ghu_', least: 20, classes: ALNUM },
  { prefix: 'ghs_', least: 20, classes: ALNUM },
  { prefix: 'ghr_', least: 20, classes: ALNUM },
  { prefix: 'github_pat_', least: 20, classes: WORD },
  { prefix: 'glpat-', least: 16, classes: WORD },
  // Slack.
  { prefix: 'xoxb-', least: 10, classes: WORD },
  { prefix: 'xoxp-', least: 10, classes: WORD },
  { prefix: 'xoxa-', least: 10, classes: WORD },
  { prefix: 'xoxe-', least: 10, classes: WORD },
  { prefix: 'xoxr-', least: 10, classes: WORD },
  { prefix: 'xoxs-', least: 10, classes: WORD },
  { prefix: 'xapp-', least: 10, classes: WORD },
  // Stripe.
  { prefix: 'sk_live_', least: 10, classes: ALNUM },
  { prefix: 'sk_test_', least: 10, classes: ALNUM },
  { prefix: 'rk_live_', least: 10, classes: ALNUM },
  { prefix: 'rk_test_', least: 10, classes: ALNUM },
  { prefix: 'whsec_', least: 16, classes: ALNUM },
  // Hugging Face, Groq, xAI, Perplexity, NVIDIA, Replicate, npm, PyPI, DigitalOcean.
  { prefix: 'hf_', least: 20, classes: ALNUM },
  { prefix: 'gsk_', least: 20, classes: ALNUM },
  { prefix: 'xai-', least: 20, classes: ALNUM },
  { prefix: 'pplx-', least: 20, classes: ALNUM },
  { prefix: 'nvapi-', least: 20, classes: WORD },
  { prefix: 'r8_', least: 20, classes: ALNUM },
  { prefix: 'npm_', least: 30, classes: ALNUM },
  { prefix: 'pypi-', least: 30, classes: WORD },
  { prefix: 'dop_v1_', least: 30, classes: ALNUM },
];

/** Forms by the last two bytes of their prefixes, which tell nearly all texts apart at once. */
const BY_END = new Map<number, KeyForm[]>();
for (const form of FORMS) {
  const end = packed(form.prefix.charCodeAt(form.prefix.length - 2), form.prefix.charCodeAt(form.prefix.length - 1));
  BY_END.set(end, [...(BY_END.get(end) ?? []), form]);
}

const ENDS = new Uint8Array(0x4000);
for (const end of BY_END.keys()) ENDS[end] = 1;

/** Bytes before the last one of a prefix, by that last one: `-`, `_` or `I`. */
export function bytesBeforeEnd(last: number): ReadonlySet<number> {
  return new Set([...BY_END.keys()].filter((end) => (end & 0x7f) === last).map((end) => end >> 7));
}

/** Finds API keys in one text after the other. */
export class KeyFinder {
  /** Range of the key that was found last. */
  start = 0;
  end = 0;
  /** No stretch before this looks random, so that `sk-sk-sk-…` is walked once. */
  private calmUntil = 0;

  /** Before each text. */
  reset(): void {
    this.calmUntil = 0;
  }

  /** Whether an API key's prefix ends at `at` of the text `low .. high` and a key follows; sets {@link start} and {@link end}. */
  find(bytes: Uint8Array, low: number, at: number, high: number): boolean {
    if (at <= low) return false;
    const before = bytes[at - 1]!;
    if (before >= 0x80) return false;
    const end = packed(before, bytes[at]!);
    if (ENDS[end] === 0) return false;
    for (const form of BY_END.get(end)!) {
      const start = at + 1 - form.prefix.length;
      if (start < low || !startsWith(bytes, start, high, form.prefix)) continue;
      // `task-…` and `disk-…` are words.
      if (start > low && (CLASS[bytes[start - 1]!]! & ALNUM) !== 0) continue;
      if (!this.fits(form, bytes, at + 1, high)) continue;
      this.start = start;
      return true;
    }
    return false;
  }

  /** Whether what follows a prefix makes it a key; sets {@link end}. */
  private fits(form: KeyForm, bytes: Uint8Array, at: number, high: number): boolean {
    if (form.then !== undefined && !startsWith(bytes, at, high, form.then)) return false;
    if (form.classes !== WORD) {
      const stop = passClass(bytes, at, high, form.classes);
      this.end = stop;
      if (form.exact === true) return stop - at === form.least && !isWord(bytes, stop, high);
      return stop - at >= form.least;
    }
    if (at < this.calmUntil) return false;
    const stop = passClass(bytes, at, high, WORD);
    this.end = stop;
    if (stop - at < form.least) return false;
    if (isRandom(bytes, at, stop)) return true;
    this.calmUntil = stop;
    return false;
  }
}

/** Told from words with hyphens: a stretch of 8 letters and digits with a digit among them, or one of 16. */
function isRandom(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const from = at;
    let digits = 0;
    for (; at < end && (CLASS[bytes[at]!]! & ALNUM) !== 0; at++) digits += CLASS[bytes[at]!]! & DIGIT;
    if (at - from >= 16 || (at - from >= 8 && digits > 0)) return true;
  }
  return false;
}

function isWord(bytes: Uint8Array, at: number, end: number): boolean {
  return at < end && (CLASS[bytes[at]!]! & WORD) !== 0;
}

function packed(first: number, second: number): number {
  return (first << 7) | second;
}
