import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FilterError, pointAt } from '../../../../src/core/query/filterError.ts';
import type { FilterExpression } from '../../../../src/core/query/filterExpression.ts';
import { parseFilter } from '../../../../src/core/query/parseFilter.ts';

/** A filter with all its groups written out. */
function shape(expression: FilterExpression | undefined): string {
  switch (expression?.kind) {
    case undefined:
      return '';
    case 'and':
    case 'or':
      return `(${expression.parts.map(shape).join(` ${expression.kind} `)})`;
    case 'not':
      return `not ${shape(expression.part)}`;
    case 'scope':
      return `${expression.scope}${inBrackets(shape(expression.part))}`;
    case 'compare': {
      const { field, operator, value } = expression;
      const name = field.kind === 'attribute' ? `${field.home}[${field.key}]` : field.name;
      return `${name}${operator}${value.durationNs ?? value.number ?? JSON.stringify(value.text)}`;
    }
    case 'has':
      return `has:${expression.what}`;
    case 'hasKey':
      return `has:${expression.home}[${expression.key}]`;
    case 'errors':
      return 'errors';
    case 'text':
      return JSON.stringify(expression.text);
  }
}

function inBrackets(text: string): string {
  return text.startsWith('(') ? text : `(${text})`;
}

function read(filter: string): string {
  return shape(parseFilter(filter).expression);
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

describe('reading filters', () => {
  test('conditions that stand side by side all hold; or binds looser than and; groups say it otherwise', () => {
    assert.equal(read('service:a dur>200ms'), '(service:"a" and dur>200000000)');
    assert.equal(read('a and b or c d'), '(("a" and "b") or ("c" and "d"))');
    assert.equal(read('a and (b or c)'), '("a" and ("b" or "c"))');
    assert.equal(read('not a b'), '(not "a" and "b")');
    assert.equal(read('-(a or b)'), 'not ("a" or "b")');
    assert.equal(read('NOT -a'), 'not not "a"');
    assert.equal(read('  '), '');
  });

  test('names are fields, then attributes; quotes make any name an attribute', () => {
    assert.equal(read('Service:x'), 'service:"x"');
    assert.equal(read('duration>1s'), 'dur>1000000000');
    assert.equal(read('model.version=v2'), 'any[model.version]="v2"');
    assert.equal(read('resource.process.pid=7'), 'resource[process.pid]=7');
    assert.equal(read('span.Key:1 event.name:boom'), '(span[Key]:1 and event[name]:"boom")');
    assert.equal(read('"dur"=1 "my key"~a.b'), '(any[dur]=1 and any[my key]~"a.b")');
    assert.equal(
      read('has:exception has:http.route has:"error"'),
      '(has:exception and has:any[http.route] and has:any[error])',
    );
  });

  test('the rest of the trace', () => {
    assert.equal(read('root.dur>5s'), 'root(dur>5000000000)');
    assert.equal(read('parent.name="a b"'), 'parent(name="a b")');
    assert.equal(read('parent.parent.status:error'), 'parent(parent(status:"error"))');
    assert.equal(read('any(service:retrieval documents>100)'), 'any(service:"retrieval" and any[documents]>100)');
    assert.equal(read('trace:0AF7 trace.spans>10'), '(trace:"0AF7" and trace.spans>10)');
  });

  test('texts keep what looks like a field only by chance', () => {
    assert.equal(read('http://host:80/x'), '"http://host:80/x"');
    assert.equal(read('"errors"'), '"errors"');
    assert.equal(read('predict(x)'), '"predict(x)"');
    assert.equal(read('(name:predict(x))'), 'name:"predict(x)"');
    assert.equal(read('"say \\"hi\\" \\\\"'), '"say \\"hi\\" \\\\"');
    assert.equal(read('a-b -c'), '("a-b" and not "c")');
  });

  test('durations are read in every unit', () => {
    for (const [text, ns] of [
      ['1ns', 1],
      ['1us', 1e3],
      ['1µs', 1e3],
      ['1.5ms', 1.5e6],
      ['1s', 1e9],
      ['1m', 60e9],
      ['1H', 3600e9],
    ] as const) {
      assert.equal(read(`dur>=${text}`), `dur>=${ns}`);
    }
  });

  test('a mistake is told with its place and the cure', () => {
    for (const [filter, start, end, words] of [
      ['service:', 8, 8, /a value is missing behind service:/i],
      ['errors name: x', 12, 12, /value is missing behind name:/],
      ['dur>200', 4, 7, /ns, us, ms, s, m or h/],
      ['dur>fast', 4, 8, /a duration is a number/i],
      ['dur:200ms', 3, 4, /compared with/],
      ['name>x', 0, 6, /is a text/],
      ['trace:xyz', 6, 9, /hex digits/],
      ['status:5', 7, 8, /unset, ok, error/],
      ['kind:web', 5, 8, /server/],
      ['depth>1s', 6, 8, /number/],
      ['trace.foo:1', 0, 9, /trace\.spans/],
      ['a "b', 2, 4, /no end/],
      ['a or', 4, 4, /missing/],
      ['or a', 0, 2, /quotes/],
      ['(a b', 0, 1, /not closed/],
      ['a) b', 1, 2, /closes nothing/],
      ['any()', 4, 4, /missing/],
      ['has>x', 3, 4, /colon/],
    ] as const) {
      const error = failure(filter);
      assert.deepEqual([error.start, error.end], [start, end], `${filter}: ${error.message}`);
      assert.match(error.message, words);
    }
    assert.equal(pointAt('dur>200', failure('dur>200')), 'dur>200\n    ^^^');
  });

  test('any text is read or refused with a place inside it', () => {
    const text = fc.string({ unit: fc.constantFrom(...'ab:<>=!~"\\-() durx5ms.or any('.split('')), maxLength: 40 });
    fc.assert(
      fc.property(text, (filter) => {
        try {
          parseFilter(filter);
        } catch (error) {
          assert.ok(error instanceof FilterError);
          assert.ok(error.start >= 0 && error.start <= error.end && error.end <= filter.length);
        }
      }),
      { numRuns: 3000 },
    );
    assert.match(failure('('.repeat(5000)).message, /deep/);
  });
});
