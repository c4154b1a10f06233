import type { CallTiming } from '../../src/core/inference/callPhases.ts';
import { formatDuration } from '../../src/core/layout/formatDuration.ts';
import type { CallPhase, ModelCall } from '../../src/core/model/modelCall.ts';
import type { SpanTiming } from '../../src/protocol/timingApi.ts';
import { shareText } from '../waterfall/rowWords.ts';

/** Times inside a span, of the model call where there is one: it knows the tokens. */
export interface CallTimes {
  readonly phases: readonly CallPhase[];
  readonly firstToken: CallTiming['firstToken'];
  readonly tokensPerSecond: CallTiming['tokensPerSecond'];
  readonly notes: readonly string[];
}

export function callTimes(call: ModelCall | null, timing: SpanTiming | undefined): CallTimes {
  const own = timing?.timing ?? undefined;
  return {
    phases: call?.phases ?? own?.phases ?? [],
    firstToken: call?.firstToken ?? own?.firstToken,
    tokensPerSecond: call?.tokensPerSecond ?? own?.tokensPerSecond,
    notes: (own?.notes ?? []).map(({ text }) => text),
  };
}

/** Whether there is anything to show of the time, the tokens or the cost of a span. */
export function hasTimes(call: ModelCall | null, timing: SpanTiming | undefined): boolean {
  const { phases, firstToken, tokensPerSecond } = callTimes(call, timing);
  const isTimed = phases.length > 0 || firstToken !== undefined || tokensPerSecond !== undefined;
  return isTimed || (timing?.stream ?? null) !== null || call?.tokens !== undefined || call?.cost !== undefined;
}

/** Tokens per second, `≈` when they were computed. */
export function rateText({ value, exact }: NonNullable<ModelCall['tokensPerSecond']>): string {
  const number = value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
  return `${exact ? '' : '≈\u00a0'}${number}\u00a0tokens/s`;
}

interface Fact {
  readonly label: string;
  readonly value: string;
  readonly title?: string | undefined;
}

/** Tokens in, out and in all, each with what it has of cached and reasoning ones, and the key it is from. */
export function tokenFacts({ tokens, factKeys }: ModelCall): readonly Fact[] {
  if (tokens === undefined) return [];
  const { input, output, total, cachedInput, cacheWrite, reasoning } = tokens;
  const part = (count: number | undefined, whole: number | undefined, word: string): string => {
    if (count === undefined || count === 0) return '';
    const share = whole === undefined || whole < count ? '' : `, ${shareText(count, whole)}`;
    return `${counted(count)} ${word}${share}`;
  };
  const fact = (label: string, count: number | undefined, name: string, parts: readonly string[]): Fact | undefined => {
    const told = parts.filter((text) => text !== '').join('; ');
    if (count === undefined && told === '') return undefined;
    const value = [count === undefined ? '' : counted(count), told === '' ? '' : `(${told})`].join(' ').trim();
    return { label, value, title: factKeys?.[`tokens.${name}`] };
  };
  return [
    fact('tokens in', input, 'input', [part(cachedInput, input, 'from cache'), part(cacheWrite, input, 'to cache')]),
    fact('tokens out', output, 'output', [part(reasoning, output, 'reasoning')]),
    fact('tokens in all', total, 'total', []),
  ].filter((each) => each !== undefined);
}

function counted(count: number): string {
  return count.toLocaleString('en-US');
}

/** The times of a call in one line: `first output 210 ms · 48 tokens/s · queue 20 ms`; empty when it tells none. */
export function timesLine(call: ModelCall): string {
  const { phases = [], firstToken, tokensPerSecond } = call;
  const queue = phases.find(({ name }) => name === 'queue');
  return [
    queue === undefined ? '' : `queue ${formatDuration(queue.durationNs)}`,
    firstToken === undefined ? '' : `first output ${formatDuration(firstToken.offsetNs)}`,
    tokensPerSecond === undefined ? '' : rateText(tokensPerSecond),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
