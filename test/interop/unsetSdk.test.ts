import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { INSTRUMENT, python, runFile, skip } from './capturePython.ts';
import { cleanEnvironment } from './runProgram.ts';

const PROGRAM = path.join(import.meta.dirname, 'capture', 'unset.py');

interface Output {
  /** The API gave the program no provider of ours. */
  readonly proxy: boolean;
  /** Spans of the provider that stands in: before and after the program set its own. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly theirs: readonly string[];
  readonly theirsIsSet: boolean;
  /** What OpenTelemetry warned of. */
  readonly said: readonly string[];
}

describe('a Python program with an SDK that only a library brought', { skip }, () => {
  let packages = '';
  before(async () => {
    packages = await mkdtemp(path.join(os.tmpdir(), 'unset-sdk-'));
  });
  after(() => rm(packages, { recursive: true, force: true }));
  const run = async (env: Readonly<Record<string, string>>): Promise<Output> => {
    const { stdout, stderr } = await runFile(python, [PROGRAM], {
      timeout: 60_000,
      env: cleanEnvironment({
        PYTHONPATH: INSTRUMENT,
        PYTHONDONTWRITEBYTECODE: '1',
        SPANLINE_CAPTURE_DEBUG: '1',
        SPANLINE_PYTHON_PACKAGES: packages,
        SPANLINE_TRACE_FUNCTIONS: JSON.stringify([`${PROGRAM}#chosen`]),
        ...env,
      }),
    });
    assert.equal(stderr, '');
    return JSON.parse(stdout) as Output;
  };
  const REQUEST = ['inner', 'chosen', 'GET /ask'];

  it('makes spans until the program sets a provider, which has them from then on, each once', async () => {
    assert.deepEqual(await run({ SPANLINE_PYTHON_UNSET_SDK: path.dirname(python), OF_LIBRARY: '1' }), {
      proxy: true,
      before: REQUEST,
      after: [],
      theirs: REQUEST,
      theirsIsSet: true,
      said: [],
    });
  });

  it('is left alone where another interpreter was meant, or its environment sets one up', async () => {
    for (const env of [
      { SPANLINE_PYTHON_UNSET_SDK: path.dirname(packages) },
      { SPANLINE_PYTHON_UNSET_SDK: path.dirname(python), OTEL_TRACES_EXPORTER: 'console' },
    ]) {
      const { proxy, before, after, theirs, theirsIsSet } = await run(env);
      assert.deepEqual(
        { proxy, before, after, theirsIsSet },
        { proxy: true, before: [], after: [], theirsIsSet: true },
      );
      assert.ok(theirs.includes('chosen'));
    }
  });
});
