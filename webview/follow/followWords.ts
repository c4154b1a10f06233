import type { FollowHit } from '../../src/protocol/followApi.ts';
import { formatCount } from '../text/formatCount.ts';
import type { FollowedValue } from './valueFollower.ts';

/** The span of a place: `search_tickets`, `gpt-5-mini`, or its name. */
export function spanWords({ callName, spanName }: FollowHit): string {
  return callName === '' ? spanName : callName;
}

/** On which side it is: `result`, `output, call of create_refund`, `input, tool result of convert`. */
export function sideWords({ side, role, tool }: FollowHit): string {
  switch (side) {
    case 'input':
      if (role === 'tool' || tool !== '')
        return tool === ''
          ? 'input, result of a tool'
          : `input, ${role === 'assistant' ? 'call' : 'result'} of ${tool}`;
      return role === '' ? 'input' : `input, ${role}`;
    case 'output':
      return tool === '' ? 'output' : `output, call of ${tool}`;
    case 'arguments':
    case 'result':
    case 'attribute':
    case 'event':
    case 'log':
    case 'name':
    case 'status':
      return side;
  }
}

/** Where inside: the path, behind the key where it is not plain which one. */
export function placeWords({ side, key, path }: FollowHit): string {
  const isKeyPlain = side === 'name' || side === 'status';
  if (isKeyPlain) return '';
  const beside = side === 'attribute' || side === 'event' || side === 'log';
  if (path === '') return beside ? key : '';
  return beside ? `${key} ${path}` : path;
}

/** The line above the places. */
export function followedWords(followed: FollowedValue): string {
  const { hits, searching, progress, tooCommon, problem } = followed;
  if (problem !== '') return problem;
  if (tooCommon) return `In more than ${hits.length} places: too common to tell where it came from. Mark more of it.`;
  const spans = new Set(hits.map(({ spanId }) => spanId)).size;
  const found = `${formatCount(hits.length, 'place', 'places')} in ${formatCount(spans, 'span', 'spans')}`;
  if (searching) return `${found}, ${Math.floor(progress * 100)} % searched`;
  const [origin] = hits;
  if (!origin) return 'Nowhere in what was recorded of this trace, decoded or not.';
  return `${found} · ${originWords(origin)}`;
}

/** What the first place says of the value. */
export function originWords(origin: FollowHit): string {
  const where = spanWords(origin);
  switch (origin.side) {
    case 'output':
      return `first in the answer of ${where}: nothing recorded before it has it, so the model wrote it`;
    case 'result':
      return `came from the result of ${where}`;
    case 'input':
    case 'arguments':
      return origin.role === 'system'
        ? `came in with the system prompt of ${where}`
        : `came in from outside, first to ${where}`;
    case 'attribute':
    case 'event':
    case 'log':
    case 'name':
    case 'status':
      return `first seen in ${where}, ${origin.side}`;
  }
}
