import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
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
});
