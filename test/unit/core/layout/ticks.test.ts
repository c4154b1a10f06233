import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ticks } from '../../../../src/core/layout/ticks.ts';

function labels(beginNs: number, endNs: number, widthPx: number): string {
  return ticks({ beginNs, endNs }, widthPx)
    .map((tick) => tick.label.replaceAll(/[\u00a0\u202f]/g, ' '))
    .join(' | ');
}

void test('a half-second trace is counted in hundreds of milliseconds', () => {
  assert.equal(labels(0, 512e6, 800), '0 | 100 ms | 200 ms | 300 ms | 400 ms | 500 ms');
});

void test('a narrow ruler has fewer ticks', () => {
  assert.equal(labels(0, 512e6, 240), '0 | 200 ms | 400 ms');
});

void test('minutes and hours are counted in their own steps', () => {
  assert.equal(labels(0, 150e9, 700), '0 | 30 s | 1 m 00 s | 1 m 30 s | 2 m 00 s | 2 m 30 s');
  assert.equal(labels(0, 7200e9, 500), '0 | 30 m | 1 h 00 m | 1 h 30 m | 2 h 00 m');
  assert.equal(labels(0, 5 * 86_400e9, 700), '0 | 1 d | 2 d | 3 d | 4 d | 5 d');
  assert.equal(labels(0, 86_400e9, 450), '0 | 6 h | 12 h | 18 h | 1 d 00 h');
});

void test('a deep zoom says enough digits to tell neighbours apart', () => {
  assert.equal(
    labels(1.2345e9, 1.2345004e9, 700),
    '1.234 5 s | 1.234 500 1 s | 1.234 500 2 s | 1.234 500 3 s | 1.234 500 4 s',
  );
  assert.equal(labels(123e9, 123.4e9, 600), '2 m 03.0 s | 2 m 03.1 s | 2 m 03.2 s | 2 m 03.3 s | 2 m 03.4 s');
});

void test('microseconds of a trace of hours say the whole offset, in groups of digits', () => {
  const begin = 3_723_000_000_000;
  assert.equal(
    labels(begin, begin + 8000, 800),
    '1 h 02 m 03.000 000 s | 1 h 02 m 03.000 002 s | 1 h 02 m 03.000 004 s | 1 h 02 m 03.000 006 s | 1 h 02 m 03.000 008 s',
  );
});

/** What a label says, in nanoseconds; its own arithmetic, in whole numbers. */
function nanosecondsOf(label: string): bigint {
  const units: Readonly<Record<string, bigint>> = {
    d: 86_400_000_000_000n,
    h: 3_600_000_000_000n,
    m: 60_000_000_000n,
    s: 1_000_000_000n,
    ms: 1_000_000n,
    µs: 1000n,
    ns: 1n,
  };
  if (label === '0') return 0n;
  let sum = 0n;
  for (const [, whole = '', decimals = '', unit = ''] of label
    .replaceAll('\u202f', '')
    .matchAll(/(\d+)(?:\.(\d+))?\u00a0(d|h|ms|m|s|µs|ns)/g)) {
    const scale = units[unit] ?? 0n;
    sum += BigInt(whole) * scale + (BigInt(decimals || '0') * scale) / 10n ** BigInt(decimals.length);
  }
  return sum;
}

void test('every label says the very nanosecond of its tick', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 52 }),
      fc.oneof(fc.integer({ min: 20, max: 1e5 }), fc.integer({ min: 20, max: 2 ** 52 })),
      (beginNs, length) => {
        for (const tick of ticks({ beginNs, endNs: beginNs + length }, 900)) {
          assert.equal(nanosecondsOf(tick.label), BigInt(tick.offsetNs), tick.label);
        }
      },
    ),
  );
});

void test('a range or width of nothing has no ticks', () => {
  assert.deepEqual(ticks({ beginNs: 5, endNs: 5 }, 100), []);
  assert.deepEqual(ticks({ beginNs: 0, endNs: Number.NaN }, 100), []);
  assert.deepEqual(ticks({ beginNs: 0, endNs: 10 }, 0), []);
});

void test('ticks of any range are ascending, inside, unlike and have room for their labels', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 52 }),
      fc.oneof(fc.integer({ min: 20, max: 1e5 }), fc.integer({ min: 20, max: 2 ** 52 })),
      fc.integer({ min: 50, max: 4000 }),
      (beginNs, length, widthPx) => {
        const endNs = beginNs + length;
        const found = ticks({ beginNs, endNs }, widthPx);
        assert.equal(new Set(found.map((tick) => tick.label)).size, found.length);
        for (const [index, tick] of found.entries()) {
          assert.ok(tick.offsetNs >= beginNs && tick.offsetNs <= endNs);
          const before = found[index - 1];
          if (before === undefined) continue;
          const gap = ((tick.offsetNs - before.offsetNs) / length) * widthPx;
          assert.ok(gap >= Math.max(before.label.length, tick.label.length) * 7, `${before.label} ${tick.label}`);
        }
      },
    ),
  );
});
