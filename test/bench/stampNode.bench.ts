// What it costs a Node program that every span is given its line: CPU of a span with instrument/node and without, in
// processes of their own that take turns.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';

const ROUNDS = 5;
const BUDGET_US = 5;
const program = path.join(import.meta.dirname, 'node/stampCost.cjs');
const register = path.resolve(import.meta.dirname, '../../instrument/node/register.cjs');

interface Cost {
  readonly near: number;
  readonly helped: number;
  readonly far: number;
  readonly flood: number;
}

function run(stamped: boolean): Cost {
  const args = stamped ? ['--require', register, program] : [program];
  const env = { ...process.env, NODE_OPTIONS: '' };
  return JSON.parse(execFileSync(process.execPath, args, { env, encoding: 'utf8' })) as Cost;
}

const added: Cost[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const [plain, stamped] = [run(false), run(true)];
  added.push({
    near: stamped.near - plain.near,
    helped: stamped.helped - plain.helped,
    far: stamped.far - plain.far,
    flood: stamped.flood - plain.flood,
  });
}
print('line of a span started by the user’s code, Node', median(added.map(({ near }) => near)));
print('line of a span started by a helper of the user’s, Node', median(added.map(({ helped }) => helped)));
print('line of a span started 25 calls deep in a library, Node', median(added.map(({ far }) => far)));
print('span of a flood of those, some without a line, Node', median(added.map(({ flood }) => flood)));

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function print(name: string, us: number): void {
  const value = Math.round(us * 100) / 100;
  const detail = 'CPU added to a span';
  console.log(JSON.stringify({ name, value, unit: 'µs', budget: `${BUDGET_US} µs`, ok: value <= BUDGET_US, detail }));
}
