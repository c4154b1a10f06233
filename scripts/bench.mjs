// npm run bench [-- name…] [--json FILE]: every test/bench/*.bench.ts in a process of its own, its figures against design
// budgets; --json writes them to a file as well.
// A bench prints one JSON object a line: { name, ratio | value, unit?, budget, ok, detail? }. Exit code 1 when a budget is
// missed. Never part of npm test: timings on a busy machine are not assertions.
import { spawn } from 'node:child_process';
import { globSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { buildPackage } from './package.mjs';
import { root } from './pinnedNode.mjs';
import { ensureDependencies, step } from './setup.mjs';

await ensureDependencies();
await step('building the .vsix', buildPackage);

const wanted = process.argv.slice(2);
const jsonAt = wanted.indexOf('--json');
const [, jsonFile] = jsonAt < 0 ? [] : wanted.splice(jsonAt, 2);
if (jsonAt >= 0 && jsonFile === undefined) throw new Error('--json needs the name of a file');
const files = globSync('test/bench/*.bench.ts', { cwd: root })
  .filter((file) => wanted.length === 0 || wanted.some((name) => file.includes(name)))
  .sort();
let missed = 0;
/** @type {object[]} */
const figures = [];

/** @param {{ name: string, ratio?: number, value?: number, unit?: string, budget?: string, ok?: boolean, detail?: string }} figure */
function print(figure) {
  const value =
    figure.ratio === undefined ? `${figure.value} ${figure.unit ?? ''}`.trim() : `${figure.ratio.toFixed(2)}×`;
  const verdict = figure.ok === undefined ? '      ' : figure.ok ? 'ok    ' : 'MISSED';
  const detail = figure.detail === undefined ? '' : `   (${figure.detail})`;
  console.log(
    `${verdict} ${figure.name}: ${value}${figure.budget === undefined ? '' : `, budget ${figure.budget}`}${detail}`,
  );
}

for (const file of files) {
  console.log(`— ${file}`);
  const child = spawn(process.execPath, ['--expose-gc', path.join(root, file)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 2],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  if (!child.stdout) throw new Error('no output to read');
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{')) {
      console.log(line);
      continue;
    }
    const figure = JSON.parse(line);
    figures.push({ bench: path.basename(file, '.bench.ts'), ...figure });
    if (figure.ok === false) missed++;
    print(figure);
  }
  const code = await exited;
  if (code !== 0 && missed === 0) {
    console.log(`MISSED ${file} ended with ${code}`);
    missed++;
  }
}
if (jsonFile !== undefined) {
  const machine = `${os.cpus().length} × ${os.cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`;
  writeFileSync(
    jsonFile,
    `${JSON.stringify({ at: new Date().toISOString(), machine, missed, figures }, undefined, 2)}\n`,
  );
}
console.log(`${figures.length} figures, ${missed} budgets missed`);
process.exitCode = missed > 0 ? 1 : 0;
