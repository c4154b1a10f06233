// A process that tries to own a store: waits for a line, then says what it became, one JSON line for each change.
// usage: node racer.ts FOLDER
import { once } from 'node:events';
import process from 'node:process';
import { elect } from '../../../src/engine/hub/election.ts';

const [, , storage = ''] = process.argv;

async function take(): Promise<void> {
  const election = await elect({ storage, version: '1', onClient: () => undefined, log: () => undefined });
  const generation = election.kind === 'owner' ? election.lock.generation : 0;
  const reason = election.kind === 'alone' ? election.reason : '';
  process.stdout.write(`${JSON.stringify({ kind: election.kind, generation, reason })}\n`);
  if (election.kind === 'client') election.link.onClose(() => void take());
}

process.stdout.write('{"kind":"ready"}\n');
await once(process.stdin, 'data');
await take();
