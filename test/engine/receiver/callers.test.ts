import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertRefused, openRaw, PROTOBUF, send, startRig } from './receiverRig.ts';

const BODY = Buffer.from('0123456789');

describe('web pages', () => {
  for (const origin of [
    'http://localhost',
    'http://localhost:3000',
    'https://127.0.0.1:8443',
    'http://127.8.9.1',
    'http://[::1]:5173',
    'http://app.localhost:3000',
    'http://localhost.:3000',
  ]) {
    it(`served from ${origin} may send, and read the answer`, async (t) => {
      const rig = await startRig(t);
      const answer = await send(rig.httpPort, { headers: { ...PROTOBUF, origin }, body: BODY });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers['access-control-allow-origin'], origin);
      assert.equal(answer.headers.vary, 'Origin');
      assert.equal(rig.ingested.length, 1);
    });
  }

  for (const origin of [
    'null',
    'https://example.com',
    'http://localhost.example.com',
    'http://localhost@example.com',
    'http://127.0.0.1.example.com',
    'http://notlocalhost',
    'http://[::2]',
    'http://10.0.0.1',
    'vscode-webview://abc',
    'http://localhost, http://example.com',
    'file://',
    '',
  ]) {
    it(`of ${origin || 'an empty origin'} are refused with 403`, async (t) => {
      const rig = await startRig(t);
      const answer = await send(rig.httpPort, { headers: { ...PROTOBUF, origin }, body: BODY });
      assert.equal(answer.status, 403);
      assert.equal(answer.headers['access-control-allow-origin'], undefined);
      assertRefused(rig, 'forbidden', /only pages served from localhost may/);
    });
  }

  it('get their preflight answered when they are local', async (t) => {
    const rig = await startRig(t);
    const answer = await send(rig.httpPort, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://localhost:3000',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-custom',
        'access-control-request-private-network': 'true',
      },
    });
    assert.equal(answer.status, 204);
    assert.equal(answer.headers['access-control-allow-origin'], 'http://localhost:3000');
    assert.equal(answer.headers['access-control-allow-methods'], 'POST');
    assert.equal(answer.headers['access-control-allow-headers'], 'content-type,x-custom');
    assert.equal(answer.headers['access-control-allow-private-network'], 'true');
    assert.equal(rig.receiver.metrics.refusedRequests, 0);
  });

  it('of elsewhere get their preflight refused', async (t) => {
    const rig = await startRig(t);
    const headers = { origin: 'https://example.com', 'access-control-request-method': 'POST' };
    const answer = await send(rig.httpPort, { method: 'OPTIONS', headers });
    assert.equal(answer.status, 403);
    assertRefused(rig, 'forbidden', /example\.com/);
  });
});

describe('host names', () => {
  for (const host of [
    'localhost',
    'LOCALHOST:4318',
    'api.localhost',
    'localhost.',
    'localhost.:4318',
    'host.docker.internal.',
    '127.0.0.1:4318',
    '192.168.1.7',
    '[::1]:4318',
    '[fe80::1]',
    '::1:43180',
    'collector',
    'otel-collector:4318',
    'host.docker.internal:4318',
    'host.containers.internal',
    'host.lima.internal',
    'tools.example.org:4318',
    'tools.example.org.',
    'build.example.org',
  ]) {
    it(`${host} is served`, async (t) => {
      const rig = await startRig(t, { options: { allowedHosts: ['Tools.Example.org', 'build.example.org.'] } });
      const answer = await send(rig.httpPort, { headers: { ...PROTOBUF, host }, body: BODY });
      assert.equal(answer.status, 200);
    });
  }

  for (const host of [
    'rebind.example.com',
    'rebind.example.com:4318',
    'localhost.example.com',
    '127.0.0.1.example.com',
    'host.docker.internal.example.com',
    'example.org',
    '[::1].example.com',
    '[zz]',
    'a@localhost',
    'localhost..',
    'rebind.example.com.',
    // With its dot a single label is a top-level domain.
    'com.',
    '-x',
  ]) {
    it(`${host} is refused with 403, as DNS rebinding would use it`, async (t) => {
      const rig = await startRig(t, { options: { allowedHosts: ['tools.example.org'] } });
      const answer = await send(rig.httpPort, { headers: { ...PROTOBUF, host }, body: BODY });
      assert.equal(answer.status, 403);
      assertRefused(rig, 'forbidden', /not served here\. Send to localhost/);
    });
  }

  it('in the target of a request count before Host (RFC 9112, 3.2.2)', async (t) => {
    const rig = await startRig(t);
    const status = async (target: string, host: string): Promise<string> => {
      const raw = await openRaw(t, rig.httpPort);
      raw.socket.write(`GET ${target} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
      return (await raw.closed).slice(9, 12);
    };
    for (const target of [
      'http://rebind.example.com/',
      'HTTPS://rebind.example.com',
      'http://localhost@example.com/',
    ]) {
      assert.equal(await status(target, 'localhost'), '403', target);
    }
    assert.equal(await status('http://localhost:4318/', 'proxy.example.com'), '200');
    assert.equal(await status('/?http://rebind.example.com/', 'localhost'), '200');
    assert.equal(await status('/', 'rebind.example.com'), '403');
  });

  it('must be there', async (t) => {
    const rig = await startRig(t);
    const raw = await openRaw(t, rig.httpPort);
    raw.socket.write('GET / HTTP/1.1\r\n\r\n');
    await raw.receives(/^HTTP\/1\.1 400/);
    assertRefused(rig, 'malformed', /no Host header/);
  });
});
