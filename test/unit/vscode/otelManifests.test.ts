import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { composePublishes, namesTracingSdk } from '../../../src/vscode/otelManifests.ts';

describe('namesTracingSdk', () => {
  it('recognises OpenTelemetry and SDKs that export OTLP', () => {
    assert.ok(namesTracingSdk('{"dependencies":{"@opentelemetry/api":"1.9.0"}}'));
    assert.ok(namesTracingSdk('openinference-instrumentation-openai==0.1'));
    assert.ok(namesTracingSdk('logfire>=4'));
  });

  it('leaves other manifests alone', () => {
    assert.ok(!namesTracingSdk('{"dependencies":{"express":"5"}}'));
  });
});

describe('composePublishes', () => {
  it('reads the short and the long syntax', () => {
    assert.deepEqual(composePublishes('ports:\n  - "4318:4318"\n'), [4318]);
    assert.deepEqual(composePublishes('ports:\n  - 127.0.0.1:4317:4317\n'), [4317]);
    assert.deepEqual(composePublishes('ports:\n  - target: 4318\n    published: "4318"\n'), [4318]);
  });

  it('does not take a container port for a published one', () => {
    assert.deepEqual(composePublishes('ports:\n  - "9000:4318"\nexpose:\n  - "4317"\n'), []);
  });
});
