// What it costs a Python program that a function is traced: CPU of a call with instrument/python and without, in processes of
// their own that take turns.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { ensurePython } from '../../scripts/python.mjs';

const ROUNDS = 3;
const program = path.join(import.meta.dirname, 'python/callCost.py');
const instrument = path.resolve(import.meta.dirname, '../../instrument/python');
const functions = JSON.stringify(['nothing', 'few', 'floats'].map((name) => `${program}#${name}`));

type Costs = Readonly<Record<string, number>>;

const found = await ensurePython();
if ('missing' in found) throw new Error(found.missing);

function run(python: string, traced: boolean, ...args: readonly string[]): Costs {
  const env = {
    ...process.env,
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONPATH: instrument,
    SPANLINE_TRACE_FUNCTIONS: traced ? functions : '',
  };
  return JSON.parse(execFileSync(python, [program, ...args], { env, encoding: 'utf8' })) as Costs;
}

const [plain, traced, silent]: [Costs[], Costs[], Costs[]] = [[], [], []];
for (let round = 0; round < ROUNDS; round++) {
  plain.push(run(found.python, false));
  traced.push(run(found.python, true));
  silent.push(run(found.python, true, 'without'));
}
print('traced call without arguments', traced, 'nothing', 60);
print('traced call with three arguments', traced, 'few', 80);
print('traced call with an array of 1,000 floats', traced, 'floats', 1000);
print('traced call where the program has no SDK', silent, 'nothing', 2);

/** The median of what the calls of a function cost more than untraced ones. */
function print(name: string, costs: readonly Costs[], key: string, budget: number): void {
  const added = costs.map((each, at) => (each[key] ?? NaN) - (plain[at]?.[key] ?? NaN)).sort((a, b) => a - b);
  const value = Math.round((added[Math.floor(added.length / 2)] ?? NaN) * 100) / 100;
  const detail = 'CPU added to a call, Python';
  console.log(JSON.stringify({ name, value, unit: 'µs', budget: `${budget} µs`, ok: value <= budget, detail }));
}
