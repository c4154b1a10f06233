// What it costs a Python program that every span is given its line: CPU of a span with instrument/python and without,
// in processes of their own that take turns.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { ensurePython } from '../../scripts/python.mjs';

const ROUNDS = 5;
const BUDGET_US = 5;
const program = path.join(import.meta.dirname, 'python/stampCost.py');
const instrument = path.resolve(import.meta.dirname, '../../instrument/python');

interface Cost {
  readonly near: number;
  readonly far: number;
}

const found = await ensurePython();
if ('missing' in found) throw new Error(found.missing);

function run(python: string, stamped: boolean): Cost {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONPATH: stamped ? instrument : '' };
  return JSON.parse(execFileSync(python, [program], { env, encoding: 'utf8' })) as Cost;
}

const added: Cost[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const [plain, stamped] = [run(found.python, false), run(found.python, true)];
  added.push({ near: stamped.near - plain.near, far: stamped.far - plain.far });
}
print('line of a span started by the user’s code', median(added.map(({ near }) => near)));
print('line of a span started 25 calls deep in a library', median(added.map(({ far }) => far)));

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function print(name: string, us: number): void {
  const value = Math.round(us * 100) / 100;
  const detail = 'CPU added to a span, Python';
  console.log(JSON.stringify({ name, value, unit: 'µs', budget: `${BUDGET_US} µs`, ok: value <= BUDGET_US, detail }));
}
