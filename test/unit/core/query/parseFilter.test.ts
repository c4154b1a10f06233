import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TraceId } from '../../../../src/core/model/ids.ts';
import type { TraceSummary } from '../../../../src/core/model/trace.ts';
import { FilterError, pointAt } from '../../../../src/core/query/filterError.ts';
import { matchesTrace } from '../../../../src/core/query/matchesTrace.ts';
import { parseFilter } from '../../../../src/core/query/parseFilter.ts';

const TRACE: TraceSummary = {
  traceId: '0af7651916cd43dd8448eb211c80319c' as TraceId,
  name: 'POST /tickets:triage',
  rootSpanId: '',
  start: '1767225600000000000',
  durationNs: 250e6,
  spanCount: 4,
  errorCount: 1,
  services: ['Gateway', 'model server'],
  assembling: false,
  lastArrivalMs: 0,
};

function matches(filter: string, trace: Partial<TraceSummary> = {}): boolean {
  return matchesTrace(parseFilter(filter), { ...TRACE, ...trace });
}

function failure(filter: string): FilterError {
  try {
    parseFilter(filter);
  } catch (error) {
    if (error instanceof FilterError) return error;
    throw error;
  }
  return assert.fail(`${filter} was read`);
}

describe('filters of traces', () => {
  test('no condition matches every trace', () => {
    assert.equal(matches(''), true);
    assert.equal(matches('   '), true);
  });

  test('each condition looks at its part of the summary', () => {
    assert.equal(matches('service:gateway'), true);
    assert.equal(matches('service:gate'), false);
    assert.equal(matches('service:"model server"'), true);
    assert.equal(matches('name:TRIAGE'), true);
    assert.equal(matches('name:refund'), false);
    assert.equal(matches('triage'), true);
    assert.equal(matches('"/tickets:triage"'), true);
    assert.equal(matches('errors'), true);
    assert.equal(matches('errors', { errorCount: 0 }), false);
    assert.equal(matches('"errors"'), false, 'in quotes it is a text');
    assert.equal(matches('trace:0AF76519'), true);
    assert.equal(matches('trace:af'), false);
  });

  test('durations are compared in every unit', () => {
    for (const filter of [
      'dur>200ms',
      'dur>=250ms',
      'dur=0.25s',
      'dur<1s',
      'dur<=250000us',
      'dur>1ns',
      'dur<1m',
      'dur<1h',
    ]) {
      assert.equal(matches(filter), true, filter);
    }
    for (const filter of ['dur>250ms', 'dur<250000µs', 'dur=1s', 'DUR>1S'])
      assert.equal(matches(filter), false, filter);
  });

  test('all conditions must hold, and a minus turns one round', () => {
    assert.equal(matches('service:gateway errors dur>200ms post'), true);
    assert.equal(matches('service:gateway errors dur>300ms'), false);
    assert.equal(matches('-errors'), false);
    assert.equal(matches('-service:other -refund'), true);
    assert.equal(matches('name:-x'), false, 'inside a value it is a character');
    assert.equal(matches('name:a-b'), false);
  });

  test('quotes and backslashes can be written inside quotes', () => {
    assert.equal(matches('"say \\"hi\\" \\\\"', { name: 'say "hi" \\ now' }), true);
  });

  test('a mistake is told with its column and the cure', () => {
    for (const [filter, column, words] of [
      ['service:', 9, /a value is missing behind service:/],
      ['errors name: x', 13, /a value is missing behind name:/],
      ['status:5', 1, /no field status; there are service, name, trace and dur.*quotes/],
      ['ok http://host', 4, /no field http/],
      ['dur>200', 5, /ns, us, ms, s, m or h/],
      ['dur>fast', 5, /a duration is a number/],
      ['dur:200ms', 4, /dur is compared with/],
      ['service>x', 8, /service takes ':'/],
      ['trace:xyz', 7, /hex digits/],
      ['a "b', 3, /has no end/],
      ['--x', 2, /a condition is missing behind '-'/],
    ] as const) {
      const error = failure(filter);
      assert.equal(error.column, column, `${filter}: ${error.message}`);
      assert.match(error.message, words);
    }
    assert.equal(pointAt('dur>200', failure('dur>200')), 'dur>200\n    ^');
  });

  test('any text is read or refused with a column inside it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab:<>="\\- durx5ms.'.split('')), maxLength: 30 }), (filter) => {
        try {
          matches(filter);
        } catch (error) {
          assert.ok(error instanceof FilterError);
          assert.ok(error.column >= 1 && error.column <= filter.length + 1);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
