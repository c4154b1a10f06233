import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  dependsOnServer,
  mainOf,
  namesNodeSdk,
  nodeSdk,
  pythonGenerations,
  pythonImports,
  pythonSdk,
  typeScriptRunner,
} from '../../../../src/core/launch/sdkPackages.ts';

describe('an SDK for a program without one', () => {
  test('covers what a Python program imports', () => {
    const text =
      'import os, httpx as h\nfrom fastapi.responses import X\nfrom . import y\n  import redis.asyncio\n# import flask\n';
    assert.deepEqual(pythonImports(text), ['os', 'httpx', 'fastapi', 'redis']);
    const { packages, covered } = pythonSdk(pythonImports(text));
    assert.deepEqual(covered, ['fastapi', 'httpx', 'redis']);
    assert.deepEqual(packages, [
      'opentelemetry-distro',
      'opentelemetry-exporter-otlp-proto-http',
      'opentelemetry-instrumentation-fastapi',
      'opentelemetry-instrumentation-httpx',
      'opentelemetry-instrumentation-redis',
    ]);
  });

  test('covers what a Node program depends on, whatever its manifest holds', () => {
    const { packages, covered } = nodeSdk([
      '{"dependencies": {"express": "5", "left-pad": "1"}, "devDependencies": {"pg": "8"}}',
      '{"dependencies": {"express": "4"}}',
    ]);
    assert.deepEqual(covered, ['express', 'pg']);
    assert.ok(packages.includes('@opentelemetry/sdk-node') && packages.includes('@opentelemetry/instrumentation-pg'));
    for (const text of ['', 'null', '[]', '{"dependencies": 3, "devDependencies": null}']) {
      assert.deepEqual(nodeSdk([text]).covered, [], text);
    }
  });

  test('covers the server of aiohttp where a program imports it', () => {
    assert.ok(pythonImports('from aiohttp import web\n').includes('aiohttp.web'));
    assert.ok(!pythonImports('from aiohttp import ClientSession\n').includes('aiohttp.web'));
    assert.deepEqual(pythonSdk(['aiohttp', 'aiohttp.web']).packages.slice(2), [
      'opentelemetry-instrumentation-aiohttp-client',
      'opentelemetry-instrumentation-aiohttp-server',
    ]);
  });

  test('is of one generation: of the API that the project has, else of today or the last for protobuf 3 and 4', () => {
    assert.deepEqual(pythonGenerations({ 'opentelemetry-api': '1.30.0' }), [
      [
        'opentelemetry-sdk==1.30.0',
        'opentelemetry-exporter-otlp-proto-http==1.30.0',
        'opentelemetry-instrumentation>=0.51b0,<0.52b0',
        'opentelemetry-distro>=0.51b0,<0.52b0',
      ],
    ]);
    for (const own of [{}, { 'opentelemetry-api': '1.10.0' }, { 'opentelemetry-api': '2.0.0rc1' }]) {
      const [today, older] = pythonGenerations(own);
      assert.ok(today?.includes('opentelemetry-exporter-otlp-proto-http>=1.28'));
      assert.ok(older?.includes('opentelemetry-sdk==1.27.0'));
    }
  });

  test('tells of a package whether it serves, what runs its TypeScript, and which file is its main one', () => {
    assert.ok(dependsOnServer('{"dependencies": {"fastify": "5"}}'));
    assert.ok(!dependsOnServer('{"dependencies": {"react": "19"}}'));
    assert.equal(typeScriptRunner('{"devDependencies": {"tsx": "4"}}'), 'tsx');
    assert.equal(typeScriptRunner('{}'), undefined);
    assert.equal(mainOf('{"main": "lib/index.js"}'), 'lib/index.js');
    for (const text of ['{"main": "../outside.js"}', '{"main": 3}', 'null', '']) assert.equal(mainOf(text), '', text);
  });

  test('is not for one that has it', () => {
    assert.ok(namesNodeSdk('{"dependencies": {"@opentelemetry/sdk-node": "1"}}'));
    assert.ok(!namesNodeSdk('{"dependencies": {"@opentelemetry/api": "1"}}'));
  });
});
