// npm run stepping: a real debugpy steps through a traced program and stops at raised exceptions; never in our files.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { ensurePython } from '../../../scripts/python.mjs';
import { debugEnvironment } from '../../../src/core/launch/debugEnvironment.ts';
import { freePort } from '../freePort.ts';
import { cleanEnvironment } from '../runProgram.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const INSTRUMENT = path.join(ROOT, 'instrument');
const DEBUGPY = path.join(ROOT, '.cache/stepping');
const PROGRAM = path.join(import.meta.dirname, 'shop.py');
/** Into a processor it is one; behind it another. */
const STEPS = 8;

interface Message {
  readonly type: string;
  readonly event?: string;
  readonly request_seq?: number;
  readonly body?: {
    readonly threadId?: number;
    readonly reason?: string;
    readonly stackFrames?: readonly { readonly line: number; readonly source?: { readonly path?: string } }[];
  };
}

/** Messages of the Debug Adapter Protocol, one after the other. */
async function* messagesOf(socket: Socket): AsyncGenerator<Message> {
  let rest = Buffer.alloc(0);
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const head = rest.indexOf('\r\n\r\n');
      const length = Number(/content-length: *(\d+)/i.exec(rest.subarray(0, Math.max(0, head)).toString())?.[1]);
      if (head < 0 || rest.length < head + 4 + length) break;
      yield JSON.parse(rest.subarray(head + 4, head + 4 + length).toString()) as Message;
      rest = rest.subarray(head + 4 + length);
    }
  }
}

async function connected(port: number): Promise<Socket> {
  for (;;) {
    const socket = await new Promise<Socket | undefined>((resolve) => {
      const attempt = connect(port, '127.0.0.1', () => resolve(attempt));
      attempt.once('error', () => resolve(undefined));
    });
    if (socket) return socket;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function stops(python: string, justMyCode: boolean): Promise<readonly string[]> {
  const port = await freePort();
  const { env, rules } = debugEnvironment(
    { type: 'debugpy', env: {}, fileEnv: {}, skipFiles: undefined, instrument: INSTRUMENT },
    {
      platform: 'posix',
      environment: { PYTHONPATH: DEBUGPY },
      endpoint: 'http://127.0.0.1:9',
      runId: 'r1',
      runName: '',
      pythonFolder: path.join(INSTRUMENT, 'python'),
      nodeFile: undefined,
    },
  );
  const given = Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== null));
  const args = ['-m', 'debugpy', '--listen', `127.0.0.1:${port}`, '--wait-for-client', PROGRAM];
  const child = spawn(python, args, { env: cleanEnvironment(given), stdio: ['ignore', 'ignore', 'inherit'] });
  const socket = await connected(port);
  let sequence = 0;
  const send = (command: string, parameters: object = {}): number => {
    const text = JSON.stringify({ seq: ++sequence, type: 'request', command, arguments: parameters });
    socket.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    return sequence;
  };
  const found: string[] = [];
  let steps = 0;
  let asked = { sequence: 0, threadId: 0, reason: '' };
  send('initialize', { adapterID: 'debugpy', pathFormat: 'path' });
  send('attach', { justMyCode, rules });
  for await (const { type, event, body, request_seq: of } of messagesOf(socket)) {
    if (event === 'initialized') {
      send('setExceptionBreakpoints', { filters: ['raised', 'uncaught'] });
      send('configurationDone');
    } else if (event === 'stopped') {
      const { threadId = 0, reason = '' } = body ?? {};
      asked = { sequence: send('stackTrace', { threadId, levels: 1 }), threadId, reason };
    } else if (type === 'response' && of === asked.sequence) {
      const [top] = body?.stackFrames ?? [];
      found.push(`${asked.reason} ${top?.source?.path ?? ''}:${top?.line ?? 0}`);
      steps = asked.reason === 'step' ? steps + 1 : 0;
      const on = asked.reason === 'exception' || steps === STEPS;
      send(on ? 'continue' : 'stepIn', { threadId: asked.threadId });
    } else if (event === 'terminated') break;
  }
  socket.destroy();
  child.kill();
  return found;
}

const set = await ensurePython();
if ('missing' in set) throw new Error(set.missing);
if (!existsSync(path.join(DEBUGPY, 'debugpy'))) {
  const options = ['--quiet', '--disable-pip-version-check', '--target', DEBUGPY];
  await promisify(execFile)(set.python, ['-m', 'pip', 'install', ...options, 'debugpy==1.8.22']);
}
for (const justMyCode of [true, false]) {
  const found = await stops(set.python, justMyCode);
  const ours = found.filter((stop) => stop.includes('_spanline') || stop.includes(`${INSTRUMENT}${path.sep}`));
  const inProgram = found.filter((stop) => stop.includes('shop.py'));
  console.log(
    `justMyCode ${justMyCode}: ${found.length} stops, ${inProgram.length} in the program, ${ours.length} in our files`,
  );
  assert.deepEqual(ours, []);
  assert.ok(inProgram.filter((stop) => stop.startsWith('step')).length >= 3, found.join('\n'));
  assert.ok(
    inProgram.some((stop) => stop.startsWith('exception')),
    found.join('\n'),
  );
}
process.exit();
