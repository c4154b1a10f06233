import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  formatClock,
  formatDuration,
  formatExactClock,
  UNIT_SPACE,
} from '../../../../src/core/layout/formatDuration.ts';

const cases: readonly (readonly [number, string])[] = [
  [0, '0 ns'],
  [1, '1 ns'],
  [999, '999 ns'],
  [3100, '3.1 µs'],
  [31_240, '31.2 µs'],
  [999_499, '999 µs'],
  [999_600, '1 ms'],
  [512e6, '512 ms'],
  [1.24e9, '1.24 s'],
  [1.2349e9, '1.23 s'],
  [59.94e9, '59.9 s'],
  [59.96e9, '1 m 00 s'],
  [123e9, '2 m 03 s'],
  [3599.6e9, '1 h 00 m'],
  [3720e9, '1 h 02 m'],
  [(3 * 24 + 4) * 3600e9, '3 d 04 h'],
  [-1.5e6, '−1.5 ms'],
  [-0.2, '0 ns'],
  [Number.NaN, '?'],
  [Number.POSITIVE_INFINITY, '?'],
];

for (const [ns, text] of cases) {
  void test(`${String(ns)} ns is said as ${text}`, () => {
    assert.equal(formatDuration(ns).replaceAll(UNIT_SPACE, ' '), text);
  });
}

void test('no duration can be torn over two lines, whatever its length', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e20, noNaN: true }), (ns) => {
      const text = formatDuration(ns);
      assert.match(
        text,
        /^\d[\d.]*\u00a0(ns|µs|ms|s)$|^\d+\u00a0(m\u00a0\d\d\u00a0s|h\u00a0\d\d\u00a0m|d\u00a0\d\d\u00a0h)$/,
      );
    }),
  );
});

void test('a longer duration never reads as a smaller number of the same unit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 59e9 }), fc.integer({ min: 0, max: 59e9 }), (a, b) => {
      const [low, high] = [formatDuration(Math.min(a, b)), formatDuration(Math.max(a, b))];
      if (low.split(UNIT_SPACE)[1] === high.split(UNIT_SPACE)[1])
        assert.ok(Number.parseFloat(low) <= Number.parseFloat(high));
    }),
  );
});

void test('the clock cuts to its unit and knows UTC from local time', (t) => {
  const zone = process.env['TZ'];
  t.after(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });
  process.env['TZ'] = 'Asia/Kolkata';
  const time = '1700000000987654321';
  assert.equal(formatClock(time, { utc: true, withMillis: false }), '22:13:20');
  assert.equal(formatClock(time, { utc: true, withMillis: true }), '22:13:20.987');
  assert.equal(formatClock(time, { utc: false, withMillis: true }), '03:43:20.987');
});

void test('text that is no point in time has no clock', () => {
  for (const text of ['', 'abc', '-5', '1e9', '99999999999999999999999']) {
    assert.equal(formatClock(text, { utc: true, withMillis: true }), '?');
  }
});

void test('the clock at an offset is exact to the nanosecond, with the digits asked for', () => {
  const start = '1700000000987654321';
  const clock = (offsetNs: number, stepNs: number) =>
    formatExactClock(start, offsetNs, stepNs, { utc: true }).replaceAll('\u202f', ' ');
  assert.equal(clock(0, 1), '22:13:20.987 654 321');
  assert.equal(clock(12_345_679, 1), '22:13:21.000 000 000');
  assert.equal(clock(12_345_678, 1000), '22:13:20.999 999');
  assert.equal(clock(2 ** 52, 1), '01:13:20.615 024 817');
  assert.equal(clock(0, 1e9), '22:13:20');
  assert.equal(formatExactClock('soon', 0, 1, { utc: true }), '?');
  assert.equal(formatExactClock(start, Number.NaN, 1, { utc: true }), '?');
});
