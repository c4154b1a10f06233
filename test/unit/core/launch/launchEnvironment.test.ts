import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  launchEnvironment,
  type Environment,
  type LaunchRequest,
} from '../../../../src/core/launch/launchEnvironment.ts';

const ENDPOINT = 'http://127.0.0.1:4318';

function launch(environment: Environment, more: Partial<LaunchRequest> = {}): ReturnType<typeof launchEnvironment> {
  return launchEnvironment({
    platform: 'posix',
    environment,
    endpoint: ENDPOINT,
    runId: 'r1',
    runName: 'python app.py',
    pythonFolder: '/opt/spanline/instrument/python',
    nodeFile: '/opt/spanline/instrument/node/register.cjs',
    ...more,
  });
}

describe('the environment of a launched program', () => {
  test('carries endpoint, short delays, limits, the run, and loads what captures lines', () => {
    assert.deepEqual(launch({ PATH: '/bin' }), {
      set: {
        OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
        OTEL_BSP_SCHEDULE_DELAY: '200',
        OTEL_BLRP_SCHEDULE_DELAY: '200',
        OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '4096',
        OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '64',
        OTEL_RESOURCE_ATTRIBUTES: 'spanline.run.id=r1,spanline.run.name=python%20app.py',
        PYTHONPATH: '/opt/spanline/instrument/python',
        NODE_OPTIONS: '--require /opt/spanline/instrument/node/register.cjs',
      },
      notes: [],
      refused: [],
    });
  });

  test('carries the functions to be traced where something is loaded that traces them, beside those named already', () => {
    const traceFunctions = ['/srv/model.py#Ranker.predict'];
    const variable = 'SPANLINE_TRACE_FUNCTIONS';
    assert.equal(launch({}, { traceFunctions }).set[variable], '["/srv/model.py#Ranker.predict"]');
    assert.equal(launch({}, { traceFunctions: [] }).set[variable], undefined);
    assert.equal(
      launch({}, { traceFunctions, pythonFolder: undefined, nodeFile: undefined }).set[variable],
      undefined,
      'neither .env files nor compose files name functions of this machine',
    );
    const { set, notes } = launch({ [variable]: '["/other.py#f"]' }, { traceFunctions });
    assert.equal(set[variable], '["/other.py#f","/srv/model.py#Ranker.predict"]');
    assert.deepEqual(notes, [{ kind: 'chained', variable, value: '["/other.py#f"]' }]);
    assert.deepEqual(launch({ [variable]: '["/srv/model.py#Ranker.predict"]' }, { traceFunctions }).notes, []);
  });

  test('no arguments are recorded for another receiver, and that is said', () => {
    const traceFunctions = ['/srv/model.py#Ranker.predict'];
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://api.vendor.example' };
    const { set, notes } = launch(environment, { traceFunctions });
    assert.equal(set['SPANLINE_TRACE_FUNCTIONS'], undefined);
    assert.deepEqual(notes.at(-1), {
      kind: 'withheld',
      variable: 'SPANLINE_TRACE_FUNCTIONS',
      value: '["/srv/model.py#Ranker.predict"]',
    });
    const replaced = launch(environment, { traceFunctions, replace: true });
    assert.equal(replaced.set['SPANLINE_TRACE_FUNCTIONS'], '["/srv/model.py#Ranker.predict"]');
  });

  test('injects nothing where nothing is to be injected', () => {
    const { set } = launch({}, { pythonFolder: undefined, nodeFile: undefined });
    assert.deepEqual(
      Object.keys(set).filter((name) => !name.startsWith('OTEL_')),
      [],
    );
  });

  test('an existing OTEL_* setting wins and is said', () => {
    const { set, notes } = launch({ OTEL_BSP_SCHEDULE_DELAY: '5000', OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '4096' });
    assert.equal(set['OTEL_BSP_SCHEDULE_DELAY'], undefined);
    assert.deepEqual(notes, [{ kind: 'kept', variable: 'OTEL_BSP_SCHEDULE_DELAY', value: '5000' }]);
  });

  test('an endpoint of the user’s own wins, takes the protocol with it, and is said to lead elsewhere', () => {
    const { set, notes } = launch({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4317' });
    assert.equal(set['OTEL_EXPORTER_OTLP_ENDPOINT'], undefined);
    assert.equal(set['OTEL_EXPORTER_OTLP_PROTOCOL'], undefined);
    assert.deepEqual(notes, [
      { kind: 'elsewhere', variable: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://collector:4317' },
    ]);
  });

  test('an endpoint that is Spanline’s under another name is no news', () => {
    for (const value of ['http://localhost:4318', 'http://[::1]:4318/', 'HTTP://127.0.0.1:4318']) {
      assert.deepEqual(launch({ OTEL_EXPORTER_OTLP_ENDPOINT: value }).notes, [], value);
    }
    assert.deepEqual(launch({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://localhost:4318/v1/traces' }).notes, []);
  });

  test('an endpoint for traces alone decides where spans go; the rest still comes here', () => {
    const { set, notes } = launch({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://tempo:4318/v1/traces' });
    assert.equal(set['OTEL_EXPORTER_OTLP_ENDPOINT'], ENDPOINT);
    assert.deepEqual(
      notes.map(({ kind, variable }) => [kind, variable]),
      [['elsewhere', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']],
    );
  });

  test('settings under which no span is sent are said', () => {
    for (const [variable, value] of [
      ['OTEL_SDK_DISABLED', 'true'],
      ['OTEL_TRACES_EXPORTER', 'none'],
      ['OTEL_TRACES_EXPORTER', 'console'],
      ['OTEL_TRACES_SAMPLER', 'always_off'],
    ] as const) {
      assert.deepEqual(launch({ [variable]: value }).notes, [{ kind: 'silenced', variable, value }]);
    }
    assert.deepEqual(launch({ OTEL_SDK_DISABLED: 'false', OTEL_TRACES_EXPORTER: 'console,otlp' }).notes, []);
  });

  test('asked to replace, ours win and are said', () => {
    const { set, notes } = launch(
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4317',
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://tempo:4318/v1/traces',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_SDK_DISABLED: 'true',
      },
      { replace: true },
    );
    assert.deepEqual(
      [
        set['OTEL_EXPORTER_OTLP_ENDPOINT'],
        set['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'],
        set['OTEL_EXPORTER_OTLP_PROTOCOL'],
        set['OTEL_SDK_DISABLED'],
      ],
      [ENDPOINT, `${ENDPOINT}/v1/traces`, 'http/protobuf', 'false'],
    );
    assert.deepEqual(new Set(notes.map(({ kind }) => kind)), new Set(['replaced']));
  });

  test('no batch is asked for that is larger than the queue the user set', () => {
    const { set, notes } = launch({ OTEL_BSP_MAX_QUEUE_SIZE: '32' });
    assert.equal(set['OTEL_BSP_MAX_EXPORT_BATCH_SIZE'], undefined);
    assert.deepEqual(notes, []);
  });

  test('resource attributes are added to, and a run within a run is the inner one', () => {
    const outer = launch({ OTEL_RESOURCE_ATTRIBUTES: 'team=a%2Cb, spanline.run.id=old,spanline.run.name=x' });
    assert.equal(
      outer.set['OTEL_RESOURCE_ATTRIBUTES'],
      'team=a%2Cb,spanline.run.id=r1,spanline.run.name=python%20app.py',
    );
    assert.deepEqual(
      outer.notes.map(({ kind }) => kind),
      ['chained'],
    );
    assert.deepEqual(launch({ OTEL_RESOURCE_ATTRIBUTES: 'spanline.run.id=old' }).notes, []);
  });

  test('PYTHONPATH is chained behind ours, once', () => {
    const first = launch({ PYTHONPATH: 'src:lib' });
    assert.equal(first.set['PYTHONPATH'], '/opt/spanline/instrument/python:src:lib');
    assert.deepEqual(first.notes, [{ kind: 'chained', variable: 'PYTHONPATH', value: 'src:lib' }]);
    const again = launch({ PYTHONPATH: first.set['PYTHONPATH'] });
    assert.equal(again.set['PYTHONPATH'], first.set['PYTHONPATH']);
  });

  test('NODE_OPTIONS is appended to and quoted as Node reads it, once', () => {
    const nodeFile = 'C:\\Users\\Ann "A" B\\register.cjs';
    const first = launch({ NODE_OPTIONS: '--max-old-space-size=4096' }, { nodeFile });
    assert.equal(
      first.set['NODE_OPTIONS'],
      '--max-old-space-size=4096 --require "C:\\\\Users\\\\Ann \\"A\\" B\\\\register.cjs"',
    );
    assert.deepEqual(launch({ NODE_OPTIONS: first.set['NODE_OPTIONS'] }, { nodeFile }).set['NODE_OPTIONS'], undefined);
  });

  test('a folder that a list of paths cannot hold is left out, and what only begins like ours is no ours', () => {
    const odd = launch({ PYTHONPATH: 'src' }, { pythonFolder: '/home/a:b/python' });
    assert.equal(odd.set['PYTHONPATH'], undefined);
    assert.deepEqual(odd.notes, []);
    const windows = launch({}, { platform: 'windows', pythonFolder: 'C:\\a;b\\python' });
    assert.equal(windows.set['PYTHONPATH'], undefined);
    assert.equal(launch({}, { platform: 'windows', pythonFolder: 'C:\\a b' }).set['PYTHONPATH'], 'C:\\a b');
    const other = launch({ NODE_OPTIONS: '--require /s/register.cjs.old' }, { nodeFile: '/s/register.cjs' });
    assert.equal(other.set['NODE_OPTIONS'], '--require /s/register.cjs.old --require /s/register.cjs');
  });

  test('on Windows names differ by case only are the same, and stay as they are spelled', () => {
    const { set, notes } = launch(
      { PythonPath: 'C:\\lib', otel_bsp_schedule_delay: '1000' },
      { platform: 'windows', pythonFolder: 'C:\\s\\python' },
    );
    assert.equal(set['PythonPath'], 'C:\\s\\python;C:\\lib');
    assert.equal(set['PYTHONPATH'], undefined);
    assert.deepEqual(
      notes.map(({ kind, variable }) => `${kind} ${variable}`),
      ['kept otel_bsp_schedule_delay', 'chained PythonPath'],
    );
    assert.equal(launch({ otel_bsp_schedule_delay: '1000' }).set['OTEL_BSP_SCHEDULE_DELAY'], '200');
  });

  test('where a proxy is set, this machine’s receiver is exempt from it', () => {
    assert.equal(launch({}).set['NO_PROXY'], undefined);
    const alone = launch({ HTTP_PROXY: 'http://proxy:3128' }).set;
    assert.deepEqual([alone['NO_PROXY'], alone['no_proxy']], ['127.0.0.1', '127.0.0.1']);
    const chained = launch({ http_proxy: 'http://proxy:3128', no_proxy: '.corp' });
    assert.deepEqual([chained.set['no_proxy'], chained.set['NO_PROXY']], ['.corp,127.0.0.1', undefined]);
    assert.deepEqual(launch({ http_proxy: 'http://proxy:3128', no_proxy: '127.0.0.1' }).notes, []);
  });

  test('what the user asked for besides is set, and an existing value wins', () => {
    const more = { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' };
    assert.equal(launch({}, { more }).set['OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT'], 'true');
    const kept = launch({ OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'false' }, { more });
    assert.equal(kept.notes[0]?.kind, 'kept');
  });

  test('content is recorded where spans come here, and what the environment says of it wins even where ours replaces', () => {
    const content = { ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE: 'content' };
    const name = 'ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE';
    assert.equal(launch({}, { content }).set[name], 'content');
    const own = launch({ [name]: 'metadata' }, { content, replace: true });
    assert.equal(own.set[name], undefined);
    assert.deepEqual(own.notes, [{ kind: 'kept', variable: name, value: 'metadata' }]);
    assert.deepEqual(launch({ [name]: ' content ' }, { content }).notes, []);
  });

  test('content is not recorded for another receiver, and that is said', () => {
    const content = { TRACELOOP_TRACE_CONTENT: 'true' };
    for (const variable of ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']) {
      const { set, notes } = launch({ [variable]: 'https://api.vendor.example/v1/traces' }, { content });
      assert.equal(set['TRACELOOP_TRACE_CONTENT'], undefined);
      assert.deepEqual(
        notes.map(({ kind }) => kind),
        ['elsewhere', 'withheld'],
      );
      const replaced = launch({ [variable]: 'https://api.vendor.example' }, { content, replace: true });
      assert.equal(replaced.set['TRACELOOP_TRACE_CONTENT'], 'true');
    }
    const given = launch({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x:1', TRACELOOP_TRACE_CONTENT: 'true' }, { content });
    assert.deepEqual(
      given.notes.map(({ kind }) => kind),
      ['elsewhere'],
    );
  });

  test('an empty value counts as not set', () => {
    const { set, notes } = launch({ OTEL_EXPORTER_OTLP_ENDPOINT: '', PYTHONPATH: ' ', NODE_OPTIONS: '' });
    assert.equal(set['OTEL_EXPORTER_OTLP_ENDPOINT'], ENDPOINT);
    assert.equal(set['PYTHONPATH'], '/opt/spanline/instrument/python');
    assert.deepEqual(notes, []);
  });
});
