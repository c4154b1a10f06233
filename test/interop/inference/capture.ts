// npm run capture:inference [-- FIXTURE…]: runs programs that call a model by real libraries, against a server that speaks
// the models' APIs, and writes what they record to test/fixtures/inference. Environments are made in .cache/inference.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { runVisibly } from '../../../scripts/setup.mjs';
import { cleanEnvironment } from '../runProgram.ts';
import { startFakeModel } from './fakeModel.ts';
import { neutralise, type Printed } from './neutralise.ts';
import { type InferenceProgram, PROGRAMS } from './programTable.ts';

const HERE = path.join(import.meta.dirname, 'programs');
const CACHE = path.resolve(import.meta.dirname, '../../../.cache/inference');
const FIXTURES = path.resolve(import.meta.dirname, '../../fixtures/inference');
const PROGRAM_MS = 300_000;

const wanted = process.argv.slice(2);
const server = await startFakeModel();
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
try {
  for (const program of PROGRAMS) {
    if (wanted.length > 0 && !wanted.some((name) => program.fixture.startsWith(name))) continue;
    const printed = await run(program, await environment(program.environment));
    const file = path.join(FIXTURES, `${program.fixture}.json`);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify(neutralise(printed), null, 1)}\n`);
    console.log(path.relative(process.cwd(), file));
  }
} finally {
  server.close();
  server.closeAllConnections();
}

/** What starts a program of an environment; made anew when its list of packages changes. */
async function environment(name: string): Promise<string> {
  const node = name === 'node';
  const list = node ? path.join(HERE, 'js/package.json') : path.join(HERE, 'python/requirements', `${name}.txt`);
  const folder = path.join(CACHE, name);
  const record = path.join(folder, 'spanline-packages.sha256');
  const hash = createHash('sha256').update(readFileSync(list)).digest('hex');
  const command = node ? process.execPath : path.join(folder, 'bin/python');
  if (existsSync(record) && readFileSync(record, 'utf8') === hash) return command;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  if (node) {
    await cp(list, path.join(folder, 'package.json'));
    await runVisibly('npm', ['install', '--no-audit', '--no-fund', '--legacy-peer-deps'], process.env, folder);
  } else {
    await runVisibly('python3', ['-m', 'venv', folder], process.env, CACHE);
    // The list is complete: nothing to resolve.
    await runVisibly(command, ['-m', 'pip', 'install', '-q', '--no-deps', '-r', list], process.env, CACHE);
  }
  await writeFile(record, hash);
  return command;
}

async function run({ environment: name, file, env }: InferenceProgram, command: string): Promise<Printed> {
  const node = name === 'node';
  const folder = path.join(HERE, node ? 'js' : 'python');
  // Packages are found beside the file that imports them.
  const program = node ? path.join(CACHE, name, file) : path.join(folder, file);
  if (node) for (const one of ['spans.mjs', file]) await cp(path.join(folder, one), path.join(CACHE, name, one));
  const child = spawn(command, [program], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: PROGRAM_MS,
    killSignal: 'SIGKILL',
    env: cleanEnvironment({ MODEL_URL: url, PYTHONDONTWRITEBYTECODE: '1', ...env }),
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close') as Promise<[number | null]>]);
  if (code !== 0) throw new Error(`${file} ended with ${code}`);
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Printed;
}
