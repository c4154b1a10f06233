import { rankedAttributes } from './rankedAttributes.ts';
import type { Segment } from './segment.ts';

const LIMIT = { inlineBytes: 400, ref: (): string => '' };

/**
 * Attributes that name what a span called, most telling first, with what stands before the value: a database, a model
 * provider, a broker, else the other end as the sender names it. Both generations of the conventions.
 */
const PEER_KEYS: readonly (readonly [key: string, kind: string])[] = [
  ['db.system.name', 'database'],
  ['db.system', 'database'],
  ['gen_ai.provider.name', 'model'],
  ['gen_ai.system', 'model'],
  ['llm.provider', 'model'],
  ['messaging.system', 'messages'],
  ['peer.service', 'service'],
  ['service.peer.name', 'service'],
  ['server.address', 'host'],
  ['net.peer.name', 'host'],
];
/** What tells several of a kind apart: appended to a database's and a broker's name. */
const DETAIL_KEYS: readonly string[] = [
  'db.namespace',
  'db.name',
  'messaging.destination.name',
  'messaging.destination',
  'gen_ai.request.model',
];
const RANK: ReadonlyMap<string, number> = new Map(
  [...PEER_KEYS.map(([key]) => key), ...DETAIL_KEYS].map((key, rank) => [key, rank]),
);

/** What span `index` called, as `kind:name`, or empty. The kind is one of database, model, messages, service, host. */
export function peerOf(segment: Segment, index: number): string {
  const found = rankedAttributes(segment, index, RANK, LIMIT);
  for (const [rank, [, kind]] of PEER_KEYS.entries()) {
    const name = found[rank];
    if (name === undefined || name === '') continue;
    const detail = kind === 'service' || kind === 'host' ? undefined : found.slice(PEER_KEYS.length).find(Boolean);
    return `${kind}:${detail === undefined ? name : `${name} ${detail}`}`;
  }
  return '';
}
