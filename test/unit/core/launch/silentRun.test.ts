import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { launchEnvironment } from '../../../../src/core/launch/launchEnvironment.ts';
import { failedByItself, silenceOf } from '../../../../src/core/launch/silentRun.ts';

describe('a run that sent nothing', () => {
  const notesOf = (environment: Readonly<Record<string, string>>): ReturnType<typeof launchEnvironment>['notes'] =>
    launchEnvironment({
      platform: 'posix',
      environment,
      endpoint: 'http://127.0.0.1:4318',
      runId: 'r',
      runName: 'app',
      pythonFolder: undefined,
      nodeFile: undefined,
    }).notes;
  const ended = { lacks: undefined, ended: true } as const;

  test('is explained by the variable that wins over ours', () => {
    const elsewhere = notesOf({
      OTEL_BSP_SCHEDULE_DELAY: '9',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces',
    });
    assert.deepEqual(silenceOf({ ...ended, notes: elsewhere }), {
      kind: 'elsewhere',
      variable: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
      value: 'http://collector:4318/v1/traces',
    });
    assert.deepEqual(silenceOf({ ...ended, notes: notesOf({ OTEL_TRACES_EXPORTER: 'console' }) }), {
      kind: 'silenced',
      variable: 'OTEL_TRACES_EXPORTER',
      value: 'console',
    });
  });

  test('is explained by the SDK that is missing before anything else', () => {
    const notes = notesOf({ OTEL_TRACES_EXPORTER: 'console' });
    assert.deepEqual(silenceOf({ notes, lacks: 'sdk', ended: true }), { kind: 'noSdk' });
    assert.deepEqual(silenceOf({ notes, lacks: 'setUp', ended: false }), { kind: 'unset' });
  });

  test('is else told by whether it ended; what is kept but leads nowhere else explains nothing', () => {
    const notes = notesOf({ OTEL_BSP_SCHEDULE_DELAY: '9' });
    assert.deepEqual(silenceOf({ ...ended, notes }), { kind: 'ended' });
    assert.deepEqual(silenceOf({ notes, lacks: undefined, ended: false }), { kind: 'yet' });
  });

  test('has not failed when a signal or a debugger ended it', () => {
    assert.deepEqual([undefined, 0, 1, 2, 130, 137, 143].map(failedByItself), [
      false,
      false,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
