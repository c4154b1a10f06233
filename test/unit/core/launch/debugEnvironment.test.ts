import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { debugEnvironment, takesEnvironment, type DebugTarget } from '../../../../src/core/launch/debugEnvironment.ts';

const REQUEST = {
  platform: 'posix',
  environment: { PYTHONPATH: '/host' },
  endpoint: 'http://127.0.0.1:4318',
  runId: 'r1',
  runName: 'x',
  pythonFolder: '/s/python',
  nodeFile: '/s/node/register.cjs',
} as const;
const TARGET: DebugTarget = { type: 'debugpy', env: {}, fileEnv: {}, skipFiles: undefined, instrument: '/s' };

describe('the environment of a debug session', () => {
  test('keeps what the configuration and its file have, the configuration first', () => {
    const { env, notes } = debugEnvironment(
      {
        ...TARGET,
        env: { OTEL_BSP_SCHEDULE_DELAY: '1', MODE: 'test' },
        fileEnv: { PYTHONPATH: '/file', OTEL_BSP_SCHEDULE_DELAY: '2' },
      },
      REQUEST,
    );
    assert.equal(env['OTEL_BSP_SCHEDULE_DELAY'], '1');
    assert.equal(env['MODE'], 'test');
    assert.equal(env['PYTHONPATH'], '/s/python:/file');
    assert.deepEqual(
      notes.map(({ kind, variable, value }) => [kind, variable, value]),
      [
        ['kept', 'OTEL_BSP_SCHEDULE_DELAY', '1'],
        ['chained', 'PYTHONPATH', '/file'],
      ],
    );
  });

  test('a variable that the configuration takes out stays out', () => {
    const { env } = debugEnvironment({ ...TARGET, type: 'node', env: { NODE_OPTIONS: null } }, REQUEST);
    assert.equal(env['NODE_OPTIONS'], null);
  });

  test('our files are stepped over, besides what is already', () => {
    assert.deepEqual(debugEnvironment({ ...TARGET, type: 'node' }, REQUEST).skipFiles, [
      '<node_internals>/**',
      '<node_internals>/internal/spanline/**',
      '/s/**',
    ]);
    const own = debugEnvironment({ ...TARGET, type: 'pwa-node', skipFiles: ['**/x/**'] }, REQUEST);
    assert.deepEqual(own.skipFiles, ['**/x/**', '<node_internals>/internal/spanline/**', '/s/**']);
    const python = debugEnvironment(TARGET, REQUEST);
    assert.equal(python.skipFiles, undefined);
    const ours = [
      { module: '_spanline', include: false },
      { path: '/s/**', include: false },
    ];
    assert.deepEqual(python.rules, ours);
    const include = { path: '**/lib/**', include: true };
    assert.deepEqual(debugEnvironment({ ...TARGET, rules: [include] }, REQUEST).rules, [include, ...ours]);
    assert.equal(debugEnvironment({ ...TARGET, type: 'node' }, REQUEST).rules, undefined);
  });

  test('is for debuggers of programs only', () => {
    assert.deepEqual(['debugpy', 'node', 'go', 'chrome', 'extensionHost'].map(takesEnvironment), [
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
