// npm run fuzz -- [--inputs 1000000] [--seed N] [--replay FILE]: throws mutated payloads at redaction, store and receiver.
// The first that makes anything crash, hang or grow is saved to out/fuzz/, and --replay runs that file. Exit code 1 then.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { FuzzInput } from './fuzzInput.ts';
import { runFuzz } from './runFuzz.ts';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    replay: { type: 'string' },
  },
});
const inputs = Number(values.inputs);
const seed = Number(values.seed);
const folder = path.resolve(import.meta.dirname, '../../out/fuzz');
const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

function readInput(file: string): FuzzInput {
  const saved = JSON.parse(readFileSync(file, 'utf8')) as Omit<FuzzInput, 'bytes'> & { readonly bytes: string };
  return { ...saved, bytes: Uint8Array.from(Buffer.from(saved.bytes, 'base64')) };
}

const replay = values.replay === undefined ? undefined : readInput(values.replay);
console.log(replay === undefined ? `seed ${seed}, ${inputs} inputs` : `replaying ${values.replay ?? ''}`);
const start = performance.now();
const result = await runFuzz({
  inputs,
  seed,
  ...(replay && { replay }),
  onMemory: ({ index, heap, external, held }) => {
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    console.log(
      `${index + 1} inputs, ${seconds} s: heap ${mebibytes(heap)}, external ${mebibytes(external)}, store ${mebibytes(held)}`,
    );
  },
});
console.log(`${result.accepted} messages taken, ${result.refused} refused, memory grew by ${mebibytes(result.growth)}`);
if (result.failure !== undefined) {
  const { index, message, input } = result.failure;
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `seed-${seed}-input-${index}.json`);
  writeFileSync(file, JSON.stringify({ ...input, bytes: Buffer.from(input.bytes).toString('base64') }));
  console.log(
    `FAILED at input ${index} of seed ${seed}: ${message}\nsaved to ${file}; run it again with --replay ${file}`,
  );
}
process.exit(result.failure === undefined ? 0 : 1);
