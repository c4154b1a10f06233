import { RE2JS } from 're2js';
import type { KeyPattern } from '../core/redact/keyVerdicts.ts';
import { MessageMasker } from '../core/redact/messageMasker.ts';
import type { RedactPresets } from '../core/redact/secretKeys.ts';
import type { ValuePattern } from '../core/redact/valueMasker.ts';
import type { RedactOptions, RedactProblem } from '../protocol/engineApi.ts';
import type { Params } from './params.ts';

const MAX_PATTERNS = 100;
const MAX_PATTERN_LENGTH = 1000;

/** In force until told otherwise, so that no message comes in before. */
const DEFAULTS: RedactOptions = {
  presets: { apiKeys: true, bearerTokens: true, passwords: true, cookies: true, email: false },
  keys: [],
  values: [],
};

/**
 * Masks secrets in what arrives, by rules that can be changed at any time. Regular expressions of users run on RE2, whose
 * time is linear in the text whatever they are.
 */
export class Redaction {
  #masker = makeMasker(DEFAULTS, []);

  /** Masks in a protobuf export request, in place; answers in how many values. Throws `OtlpDecodeError`. */
  mask(signal: 'traces' | 'logs' | 'metrics', body: Uint8Array): number {
    return this.#masker?.mask(signal, body) ?? 0;
  }

  /** Takes new rules; patterns that do not compile are left out and returned. */
  apply(options: RedactOptions): readonly RedactProblem[] {
    const problems: RedactProblem[] = [];
    this.#masker = makeMasker(options, problems);
    return problems;
  }
}

export function readRedactOptions(params: Params): RedactOptions {
  const presets = params.inside('presets');
  return {
    presets: {
      apiKeys: presets.boolean('apiKeys'),
      bearerTokens: presets.boolean('bearerTokens'),
      passwords: presets.boolean('passwords'),
      cookies: presets.boolean('cookies'),
      email: presets.boolean('email'),
    } satisfies RedactPresets,
    keys: params.texts('keys', MAX_PATTERNS),
    values: params.texts('values', MAX_PATTERNS),
  };
}

/** Undefined when nothing is to be masked. */
function makeMasker(options: RedactOptions, problems: RedactProblem[]): MessageMasker | undefined {
  const keys = compile('keys', options.keys, RE2JS.CASE_INSENSITIVE, problems).map((pattern): KeyPattern => ({
    test: (key) => pattern.test(key),
  }));
  const values = compile('values', options.values, 0, problems).map((pattern): ValuePattern => ({
    each: (text, take) => {
      const matcher = pattern.matcher(text);
      while (matcher.find()) if (matcher.end() > matcher.start()) take(matcher.start(), matcher.end());
    },
  }));
  const isIdle = keys.length === 0 && values.length === 0 && !Object.values(options.presets).includes(true);
  return isIdle ? undefined : new MessageMasker({ presets: options.presets, keys, values });
}

function compile(
  setting: RedactProblem['setting'],
  patterns: readonly string[],
  flags: number,
  problems: RedactProblem[],
): RE2JS[] {
  const compiled: RE2JS[] = [];
  for (const pattern of patterns) {
    try {
      if (pattern === '') throw new Error('The pattern is empty.');
      if (pattern.length > MAX_PATTERN_LENGTH) {
        throw new Error(`The pattern is longer than ${MAX_PATTERN_LENGTH} characters.`);
      }
      compiled.push(RE2JS.compile(pattern, flags));
    } catch (error) {
      problems.push({ setting, pattern, message: error instanceof Error ? error.message : String(error) });
    }
  }
  return compiled;
}
