import type { TokenCounts } from '../../src/core/model/modelCall.ts';
import type { StepCache, StepPage, StepRow } from '../../src/protocol/stepsApi.ts';
import { formatCount } from '../text/formatCount.ts';

const ICONS: Readonly<Record<StepRow['kind'], string>> = {
  model: 'sparkle',
  tool: 'tools',
  retrieval: 'search',
  agent: 'hubot',
  other: 'circle-outline',
};

const KINDS: Readonly<Record<StepRow['kind'], string>> = {
  model: 'model call',
  tool: 'tool',
  retrieval: 'retrieval',
  agent: 'agent',
  other: 'step',
};

export function iconOf({ kind, callKind }: StepRow): string {
  return callKind === 'embedding' ? 'symbol-numeric' : ICONS[kind];
}

/** What a step is, in words. */
export function kindWords({ kind, callKind, hasSpan }: StepRow): string {
  if (kind === 'other' && callKind !== '') return callKind;
  if (callKind === 'embedding') return 'embedding';
  return hasSpan ? KINDS[kind] : `${KINDS[kind]} without a span of its own`;
}

/** How the prompt stands to the call before, in front of what is new in it; empty when all of it is new. */
export function foldedWords({ asBefore, messages, relation }: StepRow): string {
  switch (relation) {
    case 'first':
    case '':
      return '';
    case 'repeats':
      return `same ${formatCount(messages, 'message', 'messages')}`;
    case 'rewritten':
      return `rewritten, ${asBefore} as before`;
    case 'branches':
      return `branches, ${asBefore} as before`;
    case 'continues':
      return `${asBefore} as before`;
  }
}

/** `1,151 → 20`, and what of the input came from the cache. */
export function tokenWords(tokens: TokenCounts | null): string {
  if (!tokens) return '';
  const { input, output, total } = tokens;
  if (input === undefined && output === undefined) return total === undefined ? '' : total.toLocaleString('en-US');
  return `${input?.toLocaleString('en-US') ?? '?'} → ${output?.toLocaleString('en-US') ?? '?'}`;
}

export function tokenTitle(tokens: TokenCounts | null, cache: StepCache | null): string {
  const count = (value: number | undefined, what: string): string =>
    value === undefined ? '' : `${value.toLocaleString('en-US')} ${what}`;
  return [
    count(tokens?.input, 'tokens in'),
    count(tokens?.output, 'tokens out'),
    count(tokens?.reasoning, 'of them for reasoning'),
    count(tokens?.cacheWrite, 'written to the cache'),
    cache === null ? '' : cacheTitle(cache),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** Share of the prompt that came from the cache, for a mark beside the tokens. */
export function cacheShare({ tokens, ofTokens }: StepCache): number {
  return ofTokens === 0 ? 0 : Math.min(1, tokens / ofTokens);
}

function cacheTitle(cache: StepCache): string {
  const { tokens, isAll, exact, messages } = cache;
  if (tokens === 0) return 'none of the prompt from the cache';
  const share = `${tokens.toLocaleString('en-US')} from the cache (${Math.round(cacheShare(cache) * 100)} %)`;
  if (isAll) return `${share}: the whole prompt`;
  return `${share}: it ends behind message ${messages}, ${exact ? 'at a mark of the request' : 'estimated from the lengths'}`;
}

/** The line above the steps. */
export function pageWords({ total, models, tools, conversations, errors, problems }: StepPage): string {
  return [
    formatCount(total, 'step', 'steps'),
    models > 0 ? formatCount(models, 'model call', 'model calls') : '',
    tools > 0 ? formatCount(tools, 'tool call', 'tool calls') : '',
    conversations > 1 ? `${conversations} conversations` : '',
    errors > 0 ? `${errors} failed` : '',
    problems > 0 ? `${formatCount(problems, 'argument', 'arguments')} against the schema` : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
