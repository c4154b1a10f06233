import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { routeOf } from '../../../src/engine/receiver/requestPaths.ts';
import { JSON_TYPE, send, startRig } from './receiverRig.ts';

describe('the paths that are served', () => {
  for (const [path, signal] of [
    ['/v1/traces', 'traces'],
    ['/v1/logs', 'logs'],
    ['/v1/metrics', 'metrics'],
    ['/', 'guess'],
    // Langfuse
    ['/api/public/otel/v1/traces', 'traces'],
    ['/api/public/otel', 'guess'],
    // LangSmith, W&B Weave
    ['/otel/v1/traces', 'traces'],
    ['/otel', 'guess'],
    // Opik
    ['/api/v1/private/otel/v1/traces', 'traces'],
    // Openlayer
    ['/v1/otel/v1/traces', 'traces'],
    // Gentrace
    ['/api/otel/v1/traces', 'traces'],
  ] as const) {
    it(`${path} takes ${signal}`, () => {
      assert.deepEqual(routeOf(path), { format: 'otlp', signal, known: true });
    });
  }

  for (const [path, signal] of [
    ['/my/proxy/v1/logs', 'logs'],
    ['/v1/traces/v1/metrics', 'metrics'],
  ] as const) {
    it(`${path}, known by its end only, takes ${signal}`, () => {
      assert.deepEqual(routeOf(path), { format: 'otlp', signal, known: false });
    });
  }

  for (const path of ['/v1', '/v1/trace', '/traces', '/v1/tracesx', '/v1/traces/x', '/v1development/profiles']) {
    it(`${path} is not served`, () => {
      assert.equal(routeOf(path), undefined);
    });
  }

  it('tells once in the log of a path known by its end only', async (t) => {
    const rig = await startRig(t);
    for (let i = 0; i < 3; i++) {
      const answer = await send(rig.httpPort, { path: '/proxy/v1/logs', headers: JSON_TYPE, body: '{}' });
      assert.equal(answer.status, 200);
    }
    assert.deepEqual(
      rig.ingested.map(({ signal }) => signal),
      ['logs', 'logs', 'logs'],
    );
    const told = rig.logged.filter((line) => line.includes('/proxy/v1/logs'));
    assert.equal(told.length, 1, told.join());
    assert.match(told[0]!, /OTEL_EXPORTER_OTLP_ENDPOINT takes the address without a path/);
    assert.deepEqual(rig.problems, []);
  });

  it('logs no more than twenty such paths, so that a scan does not fill the log', async (t) => {
    const rig = await startRig(t);
    for (let i = 0; i < 30; i++) await send(rig.httpPort, { path: `/${i}/v1/traces` });
    assert.equal(rig.logged.filter((line) => line.includes('/v1/traces is taken')).length, 20);
  });

  it('takes what the Langfuse SDK sends, its credentials ignored', async (t) => {
    const rig = await startRig(t);
    const headers = {
      'content-type': 'application/x-protobuf',
      authorization: 'Basic cGstbGYtMTpzay1sZi0x',
      'x-langfuse-public-key': 'pk-lf-1',
    };
    assert.equal((await send(rig.httpPort, { path: '/api/public/otel/v1/traces', headers })).status, 200);
    assert.equal(rig.ingested[0]?.signal, 'traces');
  });
});
