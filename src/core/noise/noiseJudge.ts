import type { SpanKind } from '../model/span.ts';
import { kindNumber } from './noiseRule.ts';
import type { NoiseCondition, NoiseRule } from './noiseRule.ts';

/** What rules ask of a root span; attributes are read only when a rule comes to them. */
export interface RootFacts {
  readonly kind: SpanKind;
  readonly name: string;
  readonly service: string;
  /** Attributes of the span by key, as text. */
  readonly attributes: () => ReadonlyMap<string, string>;
}

/** Keys that rules read, newest names first. */
export const NOISE_KEYS: readonly string[] = [
  'url.path',
  'http.target',
  'url.full',
  'http.url',
  'http.route',
  'user_agent.original',
  'http.user_agent',
  'http.response.status_code',
  'http.status_code',
];
/** Text compared; more of a hostile value says nothing. */
const MOST_CHARACTERS = 512;

type Test = (facts: RootFacts) => boolean;

/** Rules ready to be asked. */
export class NoiseJudge {
  readonly rules: readonly NoiseRule[];
  readonly #tests: readonly (readonly Test[])[];

  constructor(rules: readonly NoiseRule[]) {
    this.rules = rules;
    this.#tests = rules.map((rule) => rule.any.map(testOf));
  }

  /** Number of the first rule that fits, from 1; 0 for none. What the sender calls failed never fits. */
  judge(facts: RootFacts): number {
    const at = this.#tests.findIndex((tests) => tests.some((test) => test(facts)));
    return at >= 0 && !failed(facts) ? at + 1 : 0;
  }
}

/** A client error is no error status on a server's span, but no healthy answer either. */
function failed(facts: RootFacts): boolean {
  const attributes = facts.attributes();
  const code = Number(attributes.get('http.response.status_code') ?? attributes.get('http.status_code') ?? 0);
  return code >= 400;
}

/** The cheapest questions first. */
function testOf(condition: NoiseCondition): Test {
  const kind = condition.kind === undefined ? undefined : kindNumber(condition.kind);
  const name = matcherOf(condition.name);
  const service = matcherOf(condition.service);
  const path = matcherOf(condition.path);
  const userAgent = matcherOf(condition.userAgent);
  return (facts) => {
    if (kind !== undefined && facts.kind !== kind) return false;
    if (service && !service(facts.service)) return false;
    if (name && !name(facts.name)) return false;
    if (path && !path(pathOf(facts))) return false;
    if (!userAgent) return true;
    const attributes = facts.attributes();
    return userAgent(attributes.get('user_agent.original') ?? attributes.get('http.user_agent') ?? '');
  };
}

/** Path of a request; from the name (`GET /health`) where no attribute has it. */
function pathOf(facts: RootFacts): string {
  const attributes = facts.attributes();
  const plain = attributes.get('url.path') ?? attributes.get('http.target');
  if (plain !== undefined && plain !== '') return withoutQuery(plain);
  const url = attributes.get('url.full') ?? attributes.get('http.url');
  if (url !== undefined && url !== '') return withoutQuery(url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, ''));
  const route = attributes.get('http.route');
  if (route !== undefined && route !== '') return route;
  return /(?:^|\s)(\/\S*)/.exec(facts.name.slice(0, MOST_CHARACTERS))?.[1] ?? '';
}

function withoutQuery(path: string): string {
  const end = path.search(/[?#]/);
  return end < 0 ? path : path.slice(0, end);
}

function matcherOf(patterns: readonly string[] | undefined): ((text: string) => boolean) | undefined {
  if (patterns === undefined) return undefined;
  const small = patterns.map((pattern) => pattern.toLowerCase());
  return (text) => {
    const lower = text.slice(0, MOST_CHARACTERS).toLowerCase();
    return small.some((pattern) => matchesPattern(pattern, lower));
  };
}

/** Whether `pattern`, in which `*` stands for any text, is all of `text`. At most pattern × text steps. */
export function matchesPattern(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let from = 0;
  for (let i = 0; i < text.length;) {
    if (at < pattern.length && pattern[at] === '*') {
      star = at++;
      from = i;
    } else if (at < pattern.length && pattern[at] === text[i]) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++from;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
