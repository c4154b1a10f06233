import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { minimumRangeNs, TimeScale } from '../../../../src/core/layout/timeScale.ts';

const anyScale = fc
  .record({
    extent: fc.oneof(fc.integer({ min: 0, max: 1e6 }), fc.maxSafeInteger().map(Math.abs)),
    width: fc.integer({ min: 1, max: 8000 }),
    steps: fc.array(
      fc.tuple(
        fc.double({ min: 0, max: 1 }),
        fc.double({ min: 0.01, max: 1e6, noNaN: true }),
        fc.integer({ min: -9000, max: 9000 }),
      ),
      { maxLength: 12 },
    ),
  })
  .map(({ extent, width, steps }) => {
    let scale = new TimeScale(extent, width);
    for (const [at, factor, delta] of steps) scale = scale.zoomAt(at * width, factor).pan(delta);
    return scale;
  });

void test('a fresh scale shows the whole trace from the left edge to the right', () => {
  const scale = new TimeScale(512e6, 1024);
  assert.equal(scale.toPx(0), 0);
  assert.equal(scale.toPx(512e6), 1024);
  assert.equal(scale.toPx(256e6), 512);
  assert.equal(scale.fitted, true);
});

void test('zooming keeps the time under the pointer where it is', () => {
  const scale = new TimeScale(1e9, 1000);
  const before = scale.toNs(250);
  const closer = scale.zoomAt(250, 4);
  assert.equal(closer.toNs(250), before);
  assert.equal(closer.range.endNs - closer.range.beginNs, 0.25e9);
});

void test('zooming out past the whole trace stops at the whole trace', () => {
  const scale = new TimeScale(1e9, 1000).zoomAt(900, 10).zoomAt(10, 1e-9);
  assert.deepEqual(scale.range, { beginNs: 0, endNs: 1e9 });
  assert.equal(scale.fitted, true);
});

void test('panning stops at both ends and keeps the length', () => {
  const scale = new TimeScale(1000e6, 1000).show(400e6, 600e6);
  assert.deepEqual(scale.pan(-1e9).range, { beginNs: 0, endNs: 200e6 });
  assert.deepEqual(scale.pan(1e9).range, { beginNs: 800e6, endNs: 1000e6 });
  assert.deepEqual(scale.pan(500).range, { beginNs: 500e6, endNs: 700e6 });
});

void test('neighbouring nanoseconds stay apart at the end of a day-long trace at the closest zoom', () => {
  const day = 86_400e9;
  const scale = new TimeScale(day, 2000).zoomAt(2000, 1e18);
  assert.ok(scale.range.endNs - scale.range.beginNs < minimumRangeNs(day) * 1.001);
  assert.ok(scale.toPx(day) - scale.toPx(day - 1) > 1);
});

void test('a trace without length still has a range to draw on', () => {
  const scale = new TimeScale(0, 100);
  assert.equal(scale.toPx(0), 0);
  assert.ok(scale.range.endNs > scale.range.beginNs);
});

void test('a span is shown with its margin, moved into the trace at its ends', () => {
  const scale = new TimeScale(1000, 100);
  assert.deepEqual(scale.showSpan(400, 200, 0.1).range, { beginNs: 380, endNs: 620 });
  assert.deepEqual(scale.showSpan(0, 200, 0.1).range, { beginNs: 0, endNs: 240 });
});

void test('a growing trace stays fitted when it was, and keeps a zoomed range where it is', () => {
  assert.deepEqual(new TimeScale(1000, 100).withExtent(2000).range, { beginNs: 0, endNs: 2000 });
  assert.deepEqual(new TimeScale(1000, 100).show(100, 300).withExtent(2000).range, { beginNs: 100, endNs: 300 });
});

void test('numbers that are none never leave the extent', () => {
  const scale = new TimeScale(1000, 100).show(Number.NaN, 5).zoomAt(3, Number.NaN).pan(Number.POSITIVE_INFINITY);
  assert.deepEqual(scale.range, { beginNs: 0, endNs: 1000 });
  assert.equal(new TimeScale(Number.NaN, Number.NaN).widthPx, 1);
});

void test('any sequence of zooms and pans keeps the range inside the trace and not too small', () => {
  fc.assert(
    fc.property(anyScale, (scale) => {
      const { beginNs, endNs } = scale.range;
      assert.ok(beginNs >= 0 && endNs <= scale.extentNs);
      assert.ok(endNs - beginNs >= minimumRangeNs(scale.extentNs) * 0.999);
    }),
  );
});

void test('pixels and times are inverse under any zoom', () => {
  fc.assert(
    fc.property(anyScale, fc.double({ min: 0, max: 1, noNaN: true }), (scale, at) => {
      const px = at * scale.widthPx;
      assert.ok(
        Math.abs(scale.toPx(scale.toNs(px)) - px) < 0.5,
        `${String(px)} → ${String(scale.toPx(scale.toNs(px)))}`,
      );
    }),
  );
});
