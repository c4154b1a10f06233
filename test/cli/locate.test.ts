import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Journal } from '../../src/engine/journal/journal.ts';
import type { LocatedSpan } from '../../src/cli/locateTrace.ts';
import { TRACE_ID, traceFromText } from '../support/otlpBytes.ts';
import { startOwner, type OwnerRig } from './support/ownerRig.ts';
import { runSpanline } from './support/runSpanline.ts';

const DOCUMENT = readFileSync(path.resolve(import.meta.dirname, '../../docs/command.md'), 'utf8');
/** The sentences are the resolver's own: only that there are some for a span without a place. */
function comparable(value: unknown): unknown {
  const { spans, ...rest } = value as Located;
  return {
    ...rest,
    spans: spans.map((span) => ({ ...span, tried: span.candidates.length > 0 || span.tried.length > 0 })),
  };
}

const PREDICT = `from opentelemetry import trace

tracer = trace.get_tracer(__name__)


def predict(features):
    # The span of the model call.
    with tracer.start_as_current_span("predict"):
        return sum(features)
`;

interface Located {
  readonly traceId: string;
  readonly workspace: string;
  readonly spans: readonly LocatedSpan[];
}

describe('spanline locate', () => {
  let owner: OwnerRig;
  let workspace: string;
  before(async () => {
    owner = await startOwner();
    owner.store.ingestTraces(traceFromText('POST /triage gateway 0..900 server\n  predict model 70..850'));
    workspace = realpathSync(mkdtempSync(path.join(tmpdir(), 'spanline-locate-')));
    mkdirSync(path.join(workspace, 'model'));
    writeFileSync(path.join(workspace, 'model/predict.py'), PREDICT);
  });
  after(async () => {
    await owner.stop();
    rmSync(workspace, { recursive: true });
  });
  const run = (...args: string[]) => runSpanline(['locate', ...args], { storage: owner.storage });

  test('writes each span with its places, as docs/command.md says', async () => {
    const example = /<!-- locate -->\s+```json\n([^]*?)\n```/.exec(DOCUMENT)?.[1] ?? '';
    const expected = JSON.parse(
      example.replaceAll('/home/me/triage', JSON.stringify(workspace).slice(1, -1)),
    ) as unknown;
    const { code, out, err } = await run(TRACE_ID, '--workspace', workspace, '--json');
    assert.equal(code, 0, err);
    assert.deepEqual(comparable(JSON.parse(out)), comparable(expected));
  });

  test('shows people the place, how sure it is and why, or what was tried', async () => {
    const { code, out, err } = await run(TRACE_ID.slice(0, 6), '-w', workspace);
    assert.equal(code, 0, err);
    assert.match(out, /^POST \/triage {2}gateway\n {2}– The span carries no `code\.\*` attributes\.\n/);
    assert.match(out, /\n {2}predict {2}model\n {4}model\/predict\.py:8:10 {2}predict\(\) {2}exact · tracer\.start_as/);
    assert.match(out, /\n\n1 of 2 spans with a place\n$/);
  });

  test('refuses a workspace that is no folder, and a trace that is not held', async () => {
    const missing = await run(TRACE_ID, '--workspace', path.join(workspace, 'model/predict.py'));
    assert.equal(missing.code, 2);
    assert.match(missing.err, /--workspace .*predict\.py is no folder/);
    assert.equal((await run('ffff', '-w', workspace)).code, 3);
  });

  test('reads a trace from a file, without a running Spanline, and its id where there is one only', async () => {
    const file = path.join(workspace, 'traces.pb');
    const other = '2'.repeat(32);
    writeFileSync(file, traceFromText('predict model 0..9'));
    const { code, out, err } = await runSpanline(['locate', '--file', file, '-w', workspace]);
    assert.equal(code, 0, err);
    assert.match(out, /^predict {2}model\n {2}model\/predict\.py:8:10/);
    writeFileSync(file, Buffer.concat([readFileSync(file), traceFromText('predict model 0..9', { traceId: other })]));
    const several = await runSpanline(['locate', '-f', file, '-w', workspace]);
    assert.equal(several.code, 1);
    assert.match(several.err, new RegExp(`several traces are in .*:\n[^]*${other}`));
    assert.equal((await runSpanline(['locate', '2222', '-f', file, '-w', workspace])).code, 0);
    const none = await runSpanline(['locate', 'ffff', '-f', file, '-w', workspace]);
    assert.equal(none.code, 3);
    assert.match((await runSpanline(['locate', '-f', `${file}.gone`])).err, /no such file/i);
  });

  test('reads the journal that the last Spanline left, changing nothing in it, and keeps its index for the next run', async () => {
    const storage = mkdtempSync(path.join(tmpdir(), 'spanline-journal-'));
    const folder = path.join(storage, 'journal');
    const journal = await Journal.open(folder, {
      timers: {
        set: (callback, ms) => setTimeout(callback, ms),
        clear: (handle) => clearTimeout(handle as NodeJS.Timeout),
      },
      now: () => Date.now(),
      elapsed: () => performance.now(),
      log: () => undefined,
      limits: { keepDays: 7, maxBytes: 2 ** 30 },
    });
    journal.append('traces', traceFromText('predict model 0..9'));
    journal.append('traces', traceFromText('other model 0..9', { traceId: '2'.repeat(32) }));
    await journal.dispose();
    try {
      const before = readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), 'hex')]);
      for (const prefix of [TRACE_ID, TRACE_ID.slice(0, 5)]) {
        const { code, out, err } = await runSpanline(['locate', prefix, '-w', workspace], { storage });
        assert.equal(code, 0, err);
        assert.match(out, /^predict {2}model\n {2}model\/predict\.py:8:10/);
      }
      const missing = await runSpanline(['locate', 'ffff', '-w', workspace], { storage });
      assert.equal(missing.code, 3);
      assert.match(missing.err, /no Spanline is running, and no trace in its journal begins with ffff/);
      assert.deepEqual(
        readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), 'hex')]),
        before,
      );
    } finally {
      rmSync(storage, { recursive: true });
    }
  });
});
