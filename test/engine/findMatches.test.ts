import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findMatches } from '../../src/engine/findMatches.ts';
import { idsInText } from '../../src/engine/idsInText.ts';
import { DRAWN_TRACE } from '../support/columnsOf.ts';
import { DrawnStore, drawnLetter, drawnSpanId } from '../support/drawnStore.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('ids in text', () => {
  it('are read from a traceparent', () => {
    assert.deepEqual(idsInText(`traceparent: 00-${TRACE}-${SPAN}-01`), { whole: [TRACE], half: [SPAN], prefixes: [] });
  });

  it('are read from a log line, in any case, with or without 0x', () => {
    const line = `2026-11-21T10:00:00Z INFO [trace_id=${TRACE.toUpperCase()} span_id=0x${SPAN}] done`;
    assert.deepEqual(idsInText(line), { whole: [TRACE], half: [SPAN], prefixes: [] });
  });

  it('are read from a UUID with dashes', () => {
    assert.deepEqual(idsInText('"id":"4bf92f35-77b3-4da6-a3ce-929d0e0e4736"').whole, [TRACE]);
  });

  it('may be beginnings of eight digits or more', () => {
    assert.deepEqual(idsInText('4bf92f35 4bf92f3').prefixes, ['4bf92f35']);
  });

  it('are no parts of words or longer numbers, and not zero', () => {
    assert.deepEqual(idsInText(`xdeadbeef1 ${'a'.repeat(33)} ${'0'.repeat(32)}`), {
      whole: [],
      half: [],
      prefixes: [],
    });
  });

  it('are each told once, 64 at most', () => {
    assert.equal(idsInText(`${TRACE} ${TRACE}`).whole.length, 1);
    const many = Array.from({ length: 1000 }, (_, index) => (index + 0x10000000).toString(16)).join(' ');
    assert.equal(idsInText(many).prefixes.length, 64);
  });
});

describe('finding what a pasted text names', () => {
  const store = new DrawnStore();
  store.draw('a · ==\nb a  =');

  it('finds the span of a traceparent, and not its trace again', () => {
    const matches = findMatches(store, `00-${DRAWN_TRACE}-${drawnSpanId('b')}-01`);
    assert.equal(matches[0]?.traceId, DRAWN_TRACE);
    assert.deepEqual(
      matches.map(({ spanId }) => drawnLetter(spanId)),
      ['b'],
    );
  });

  it('finds a trace by its id, and by its id without leading zeros', () => {
    assert.deepEqual(findMatches(store, DRAWN_TRACE), [{ traceId: DRAWN_TRACE, spanId: '', name: 'trace 0' }]);
    assert.deepEqual(findMatches(store, DRAWN_TRACE.slice(16)), [
      { traceId: DRAWN_TRACE, spanId: '', name: 'trace 0' },
    ]);
  });

  it('finds spans by their id alone and by its beginning', () => {
    assert.deepEqual(
      findMatches(store, drawnSpanId('a')).map(({ spanId }) => drawnLetter(spanId)),
      ['a'],
    );
    assert.equal(findMatches(store, 'ffffff9e').length, 1);
  });

  it('finds nothing in text without held ids', () => {
    assert.deepEqual(findMatches(store, `${TRACE} hello`), []);
    assert.deepEqual(findMatches(store, ''), []);
  });
});
