// What it costs a Node program that a function is traced: CPU of a call with instrument/node and without, in processes of
// their own that take turns.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';

const ROUNDS = 3;
const program = path.join(import.meta.dirname, 'node/callCost.cjs');
const register = path.resolve(import.meta.dirname, '../../instrument/node/register.cjs');
const functions = JSON.stringify(['nothing', 'few', 'floats'].map((name) => `${program}#${name}`));

type Costs = Readonly<Record<string, number>>;

function run(traced: boolean, ...args: readonly string[]): Costs {
  const env = { ...process.env, NODE_OPTIONS: '', SPANLINE_TRACE_FUNCTIONS: traced ? functions : '' };
  return JSON.parse(
    execFileSync(process.execPath, ['--require', register, program, ...args], { env, encoding: 'utf8' }),
  ) as Costs;
}

const [plain, traced, silent]: [Costs[], Costs[], Costs[]] = [[], [], []];
for (let round = 0; round < ROUNDS; round++) {
  plain.push(run(false));
  traced.push(run(true));
  silent.push(run(true, 'without'));
}
print('traced call without arguments, Node', traced, 'nothing', 60);
print('traced call with three arguments, Node', traced, 'few', 80);
print('traced call with an array of 1,000 floats, Node', traced, 'floats', 1000);
print('traced call where the program has no SDK, Node', silent, 'nothing', 2);

/** The median of what the calls of a function cost more than untraced ones. */
function print(name: string, costs: readonly Costs[], key: string, budget: number): void {
  const added = costs.map((each, at) => (each[key] ?? NaN) - (plain[at]?.[key] ?? NaN)).sort((a, b) => a - b);
  const value = Math.round((added[Math.floor(added.length / 2)] ?? NaN) * 100) / 100;
  const detail = 'CPU added to a call';
  console.log(JSON.stringify({ name, value, unit: 'µs', budget: `${budget} µs`, ok: value <= budget, detail }));
}
