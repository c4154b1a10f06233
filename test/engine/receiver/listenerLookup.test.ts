import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { after, before, describe, it } from 'node:test';
import { lookUpListener, type RunProgram } from '../../../src/engine/receiver/listenerLookup.ts';

const COMPOSED = {
  Names: 'shop-otel-1',
  Image: 'otel/opentelemetry-collector-contrib:0.130.0',
  Labels: 'com.docker.compose.project=shop,desktop.docker.io/x=1,com.docker.compose.service=otel',
};

/** A port nobody listens on: no process is found, as when another user or a container's proxy holds it. */
let freePort = 0;
let ours: Server;

before(async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  freePort = (server.address() as AddressInfo).port;
  server.close();
  await once(server, 'close');
  ours = createServer().listen(0, '127.0.0.1');
  await once(ours, 'listening');
});
after(() => ours.close());

function docker(answer: object | string): RunProgram {
  return () => Promise.resolve(typeof answer === 'string' ? answer : `${JSON.stringify(answer)}\n`);
}

describe('the holder of a port', () => {
  it('is named with container, image and compose service where docker knows it', async () => {
    assert.deepEqual(await lookUpListener(freePort, 1000, docker(COMPOSED)), {
      description: 'container shop-otel-1 (otel/opentelemetry-collector-contrib:0.130.0, service otel of shop)',
      container: true,
      collector: true,
    });
  });

  it('in a container without compose has neither service nor project', async () => {
    const listener = await lookUpListener(
      freePort,
      1000,
      docker({ Names: 'jaeger', Image: 'jaegertracing/jaeger:2.1' }),
    );
    assert.deepEqual(listener, { description: 'container jaeger (jaegertracing/jaeger:2.1)', container: true });
  });

  it('is nobody known when docker knows none, is missing, or answers with something else', async () => {
    for (const answer of ['', '\n', 'null', '[]', '{"Names":1}', 'Cannot connect to the Docker daemon']) {
      assert.deepEqual(await lookUpListener(freePort, 1000, docker(answer)), { description: '' }, answer);
    }
    const missing: RunProgram = () => Promise.reject(new Error('spawn docker ENOENT'));
    assert.deepEqual(await lookUpListener(freePort, 1000, missing), { description: '' });
  });

  it('is shown without control characters, whatever a container is called', async () => {
    const { description } = await lookUpListener(
      freePort,
      1000,
      docker({ Names: 'a\u202eb\nc', Image: '$(rm)\u0007' }),
    );
    assert.doesNotMatch(description, /[\u0000-\u001f\u202e]/);
  });

  it('of this user is found without asking docker, and is no other user', async (t) => {
    if (process.platform !== 'linux') {
      t.skip('only Linux tells the process of a port');
      return;
    }
    const asked: RunProgram = () => assert.fail('docker was asked');
    const listener = await lookUpListener((ours.address() as AddressInfo).port, 5000, asked);
    assert.match(listener.description, new RegExp(`\\(pid ${process.pid}\\)$`));
    assert.equal(listener.user, undefined);
  });

  it('of another user is said to be theirs', async (t) => {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) {
      t.skip('only root can start a program as somebody else');
      return;
    }
    const program = `require('node:net').createServer().listen(0, '127.0.0.1', function () { console.log(this.address().port); })`;
    const child = spawn(process.execPath, ['-e', program], {
      uid: 65_534,
      cwd: '/',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [said] = (await once(child.stdout, 'data')) as [Buffer];
      const listener = await lookUpListener(Number(said.toString()), 5000, docker(''));
      assert.equal(listener.user, 'nobody');
    } finally {
      child.kill();
    }
  });

  it('is asked of docker by arguments, without a shell', async (t) => {
    if (process.platform === 'win32') {
      t.skip('needs a script');
      return;
    }
    const folder = mkdtempSync(path.join(tmpdir(), 'spanline-docker-'));
    const before = process.env['PATH'];
    try {
      const script = `#!/bin/sh\nfor a in "$@"; do echo "$a" >> '${folder}/args'; done\necho '${JSON.stringify(COMPOSED)}'\n`;
      writeFileSync(path.join(folder, 'docker'), script);
      chmodSync(path.join(folder, 'docker'), 0o755);
      process.env['PATH'] = `${folder}:${before ?? ''}`;
      assert.equal((await lookUpListener(freePort, 5000)).collector, true);
      assert.deepEqual(readFileSync(path.join(folder, 'args'), 'utf8').trim().split('\n'), [
        'ps',
        '--no-trunc',
        '--filter',
        `publish=${freePort}`,
        '--format',
        '{{json .}}',
      ]);
    } finally {
      process.env['PATH'] = before;
      rmSync(folder, { recursive: true });
    }
  });
});
