import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { ensureDependencies } from '../../scripts/setup.mjs';
import { cleanEnvironment } from './runProgram.ts';
import { PROGRAMS } from './toolchains.ts';

const FOLDER = path.join(PROGRAMS, 'js');
const REGISTER = path.resolve(import.meta.dirname, '../../instrument/node/register.cjs');

interface Output {
  /** The API gave the program no provider of ours. */
  readonly proxy: boolean;
  /** Spans of the provider that the program set. */
  readonly theirs: readonly string[];
  readonly theirsIsSet: boolean;
}

interface OtlpSpan {
  readonly name: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly boolValue?: boolean } }[];
}

interface OtlpBody {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[] }[];
}

/** What the program printed, and the spans that came here: each with the one it is within. */
async function run(file: string, env: Readonly<Record<string, string>> = {}): Promise<Output & { ours: string[] }> {
  const spans: OtlpSpan[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      let text = '';
      for await (const part of request.setEncoding('utf8')) text += String(part);
      const body = JSON.parse(text) as OtlpBody;
      for (const { scopeSpans } of body.resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans);
      response.end('{}');
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--require', REGISTER, file], {
      timeout: 60_000,
      env: cleanEnvironment({
        NODE_OPTIONS: '',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_RESOURCE_ATTRIBUTES: 'spanline.run.id=a-run',
        SPANLINE_TRACE_FUNCTIONS: JSON.stringify([`${path.join(FOLDER, 'unset.mjs')}#chosen`]),
        ...env,
      }),
    });
    assert.equal(stderr, '');
    const names = new Map(spans.map(({ spanId, name }) => [spanId, name]));
    const within = ({ name, parentSpanId }: OtlpSpan): string =>
      parentSpanId === undefined ? name : `${name} within ${names.get(parentSpanId) ?? 'nothing'}`;
    const carried = spans.flatMap(({ attributes }) => attributes.filter(({ key }) => key === 'carried'));
    for (const { value } of carried) assert.equal(value.boolValue, true);
    return { ...(JSON.parse(stdout) as Output), ours: spans.map(within).sort() };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('a Node program with an SDK that only a library brought', () => {
  before(() => ensureDependencies(FOLDER));
  const ours = ['chosen within request', 'inner within chosen', 'request'];
  const program = path.join(FOLDER, 'unset.mjs');

  it('makes spans by that, from the first on, within each other, in ES modules and CommonJS', async () => {
    assert.deepEqual(await run(program), { proxy: true, theirs: [], theirsIsSet: false, ours });
  });

  it('has all of them by the provider that it sets, once it does, and each once', async () => {
    const theirs = ['inner within', 'chosen within', 'request'];
    assert.deepEqual(await run(program, { SET_UP: '1' }), { proxy: true, theirs, theirsIsSet: true, ours });
  });

  it('is left alone where its environment sends nothing, or elsewhere', async () => {
    const alone = { proxy: true, theirs: [], theirsIsSet: false, ours: [] };
    for (const env of [{ OTEL_SDK_DISABLED: 'true' }, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://192.0.2.1:4318' }])
      assert.deepEqual(await run(program, env), alone);
  });

  it('may have the API alone: then nothing happens, or it is by the SDK that was installed for it', async (t) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'unset-node-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const main = path.join(folder, 'main.cjs');
    await writeFile(
      main,
      `const { trace } = require(${JSON.stringify(path.join(FOLDER, 'node_modules/@opentelemetry/api'))});
trace.getTracer('x').startSpan('alone').end();
console.log('{}');`,
    );
    assert.deepEqual((await run(main)).ours, []);
    const packages = path.join(folder, 'packages');
    await symlink(FOLDER, packages, 'junction');
    assert.deepEqual((await run(main, { SPANLINE_NODE_PACKAGES: packages })).ours, ['alone']);
  });
});
