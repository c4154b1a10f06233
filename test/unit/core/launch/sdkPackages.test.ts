import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { namesNodeSdk, nodeSdk, pythonImports, pythonSdk } from '../../../../src/core/launch/sdkPackages.ts';

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
    const { packages, covered } = nodeSdk(
      '{"dependencies": {"express": "5", "left-pad": "1"}, "devDependencies": {"pg": "8"}}',
    );
    assert.deepEqual(covered, ['express', 'pg']);
    assert.ok(packages.includes('@opentelemetry/sdk-node') && packages.includes('@opentelemetry/instrumentation-pg'));
    for (const text of ['', 'null', '[]', '{"dependencies": 3, "devDependencies": null}']) {
      assert.deepEqual(nodeSdk(text).covered, [], text);
    }
  });

  test('is not for one that has it', () => {
    assert.ok(namesNodeSdk('{"dependencies": {"@opentelemetry/sdk-node": "1"}}'));
    assert.ok(!namesNodeSdk('{"dependencies": {"@opentelemetry/api": "1"}}'));
  });
});
