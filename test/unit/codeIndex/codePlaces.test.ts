import assert from 'node:assert/strict';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openWorkspace, type OpenWorkspace } from '../../../src/codeIndex/openWorkspace.ts';
import { parseSpanId, parseTraceId } from '../../../src/core/model/ids.ts';
import type { SourceHints } from '../../../src/core/model/source.ts';
import { transcodeJson } from '../../../src/core/otlp/jsonTranscoder.ts';
import { SpanKinds } from '../../../src/core/store/spanKinds.ts';
import { TraceStore } from '../../../src/core/store/traceStore.ts';
import { finish } from '../../../src/core/statistics/steps.ts';
import type { CodePlace } from '../../../src/protocol/insightApi.ts';
import { readCaptureFiles, spansOf } from '../../interop/locations/captureFile.ts';
import { programFiles } from '../../interop/locations/labels.ts';
import { copyPrograms, grammarFolder, jsonBytes } from '../../interop/locations/measure.ts';

interface Placed {
  readonly name: string;
  readonly clicked: string;
  readonly shown: string;
  readonly place: CodePlace | null;
  readonly hints: SourceHints;
}

describe('places of kinds of span, for the editor', () => {
  let folder = '';
  let workspace: OpenWorkspace;
  const placed: Placed[] = [];
  before(async () => {
    folder = await realpath(await mkdtemp(path.join(tmpdir(), 'spanline-places-')));
    workspace = openWorkspace([await copyPrograms(programFiles(), folder)], grammarFolder);
    for (const capture of readCaptureFiles()) {
      const store = new TraceStore({ now: () => 0, maxBytes: 64 * 1024 * 1024 });
      store.ingestTraces(transcodeJson('traces', jsonBytes(capture.traces)));
      const kinds = new SpanKinds(store.held);
      finish(kinds.update());
      const all = kinds.after(0, 10_000);
      const places = new Map<number, CodePlace | null>();
      (await workspace.places(all.map(({ hints }) => hints))).forEach((place, i) => places.set(all[i]!.id, place));
      for (const { span, name } of spansOf(capture)) {
        const [traceId, spanId] = [parseTraceId(span.traceId), parseSpanId(span.spanId)];
        const handle = traceId && spanId ? store.handleOf({ traceId, spanId }) : undefined;
        const segment = store.held.segmentOf(handle ?? 0);
        assert.ok(traceId && spanId && segment && handle !== undefined, name);
        const place = places.get(kinds.kindsIn(segment)?.[handle - segment.base] ?? 0) ?? null;
        // Stack traces and times are of one span, not of its kind.
        const { startMs, ...said } = store.hints({ traceId, spanId })!;
        assert.ok(startMs !== undefined && startMs > 0);
        const hints = { ...said, stackTraces: [] };
        const { candidates, ambiguous } = await workspace.resolve(hints);
        const [best] = candidates;
        const sure = best && !ambiguous && best.confidence !== 'guess' && !best.outside;
        const at = (where: { path: string; line: number } | null | undefined): string =>
          where ? `${path.relative(folder, where.path)}:${String(where.line)}` : '';
        placed.push({ name, clicked: sure ? at(best) : '', shown: at(place), place, hints });
      }
    }
  });
  after(async () => {
    workspace.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('are those that a click on their spans opens', () => {
    assert.ok(placed.length > 250, String(placed.length));
    const different = placed.filter(({ clicked, shown }) => clicked !== shown);
    assert.deepEqual(
      different.map(({ name, clicked, shown }) => `${name}: ${clicked || 'nothing'}, not ${shown || 'nothing'}`),
      [],
    );
  });

  it('are there for handlers of requests and for calls of libraries', () => {
    const withPlace = placed.filter(({ place }) => place !== null);
    const share = withPlace.length / placed.length;
    assert.ok(share > 0.85, share.toFixed(3));
    const server = placed.filter(({ hints }) => hints.kind === 2);
    const client = placed.filter(({ hints }) => hints.kind === 3);
    assert.ok(server.filter(({ place }) => place?.role === 'own').length / server.length > 0.85);
    assert.ok(client.filter(({ place }) => place?.role === 'call').length / client.length > 0.85);
  });

  it('lie in a function, or in the nameless handler of a route', () => {
    const outside = placed.flatMap(({ place, name, shown }) =>
      place && place.functionLine === 0 ? [`${name} ${shown}`] : [],
    );
    assert.deepEqual(outside, []);
  });
});
