// What it costs a Python program that its calls of models are spans: CPU of the calling thread a call, with the taps of
// instrument/python and without, real libraries in processes of their own. What `npm run capture:taps` installed is measured.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const CACHE = path.join(ROOT, '.cache/taps');
const PROGRAM = path.join(import.meta.dirname, 'python/tapCost.py');
const PARTS = { estimators: ['estimator', 'onnx', 'booster', 'faiss'], torch: ['image', 'layers'] } as const;
/** A call with its values described; most of it is what describing them costs, see describe.py. */
const BUDGET_US = 1000;
/** A call of more than 200 a second. */
const UNDESCRIBED_BUDGET_US = 100;
const INNER_BUDGET_US = 1;
const INNER = 1000;
const ROUNDS = 3;

interface Cost {
  readonly part: string;
  readonly title: string;
  readonly plain?: number;
  readonly described?: number;
  readonly undescribed?: number;
}

for (const [environment, parts] of Object.entries(PARTS)) {
  const python = path.join(CACHE, environment, 'bin/python');
  if (!existsSync(python)) {
    console.log(`no libraries in ${path.relative(ROOT, python)}: npm run capture:taps installs them`);
    continue;
  }
  for (const part of parts) measure(python, part);
}

function measure(python: string, part: string): void {
  const costs: Cost[] = [];
  // Processes take turns, so that both have the machine's quiet moments.
  for (let round = 0; round < ROUNDS; round++) {
    for (const taps of ['0', '1']) {
      const cost = run(python, part, taps);
      if (cost === undefined) return;
      costs.push(cost);
    }
  }
  const least = (figure: 'plain' | 'described' | 'undescribed'): number =>
    Math.min(...costs.map((cost) => cost[figure] ?? Infinity));
  const plain = least('plain');
  const title = costs[0]?.title ?? part;
  if (part === 'layers') {
    print(`${title}: each of those inside`, (least('undescribed') - plain) / INNER, plain / INNER, INNER_BUDGET_US);
    return;
  }
  print(title, least('described') - plain, plain, BUDGET_US);
  // Of a call that takes longer it is less than what two of its own runs differ by.
  if (part === 'onnx') print(`${title}: without values`, least('undescribed') - plain, plain, UNDESCRIBED_BUDGET_US);
}

function run(python: string, part: string, taps: string): Cost | undefined {
  const env = {
    ...process.env,
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONPATH: [path.join(ROOT, 'instrument/python'), path.join(CACHE, 'opentelemetry/site-packages')].join(
      path.delimiter,
    ),
    SPANLINE_TAPS: taps,
  };
  const printed = execFileSync(python, [PROGRAM, part], { env, encoding: 'utf8' }).trim();
  return printed === '' ? undefined : (JSON.parse(printed) as Cost);
}

function print(name: string, us: number, plain: number, budget: number): void {
  const value = Math.round(us * 100) / 100;
  const detail = `CPU added to a call of ${plain.toFixed(plain < 10 ? 2 : 0)} µs: ${((us / plain) * 100).toFixed(0)} %`;
  console.log(JSON.stringify({ name, value, unit: 'µs', budget: `${budget} µs`, ok: value <= budget, detail }));
}
