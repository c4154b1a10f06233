import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MAX_SCROLL_PX, ROW_HEIGHT_PX, VirtualScroll } from '../../../webview/waterfall/virtualScroll.ts';

function scrollOf(rows: number, viewportPx: number): VirtualScroll {
  const scroll = new VirtualScroll();
  scroll.resize(rows * ROW_HEIGHT_PX, viewportPx);
  return scroll;
}

void test('content that a browser can scroll is scrolled one to one', () => {
  const scroll = scrollOf(1000, 440);
  assert.equal(scroll.nativeHeightPx, 22_000);
  assert.equal(scroll.nativeScrolled(100), true);
  assert.equal(scroll.topPx, 100);
  scroll.moveTo(50_000);
  assert.equal(scroll.topPx, 22_000 - 440);
  assert.equal(scroll.nativeTop, 22_000 - 440);
});

void test('a million rows fit the scroller and both ends can be reached', () => {
  const scroll = scrollOf(1_000_000, 440);
  assert.equal(scroll.nativeHeightPx, MAX_SCROLL_PX);
  scroll.nativeScrolled(MAX_SCROLL_PX - 440);
  assert.deepEqual(scroll.visibleRows(1_000_000), { first: 999_980, last: 999_999 });
  scroll.nativeScrolled(0);
  assert.equal(scroll.topPx, 0);
});

for (const rows of [1_000_000, 5_000_000]) {
  void test(`every part of ${rows / 1e6} million rows is reached by slider and wheel, no box taller than browsers lay out`, () => {
    const scroll = scrollOf(rows, 900);
    assert.ok(scroll.nativeHeightPx <= 16_000_000);
    const range = scroll.nativeHeightPx - 900;
    for (let part = 0; part <= 1; part += 0.05) {
      scroll.nativeScrolled(range * part);
      const { first, last } = scroll.visibleRows(rows);
      assert.ok(Math.abs(first / rows - part) < 0.001, `${part}: row ${first}`);
      assert.ok(last - first >= 40 && last < rows);
      // From there, wheel turns reach each row one after the other.
      const before = scroll.topPx;
      for (let turn = 1; turn <= 5 && part > 0 && part < 0.99; turn++) {
        scroll.nativeScrolled(range * part + turn * ROW_HEIGHT_PX);
        assert.ok(Math.abs(scroll.topPx - before - turn * ROW_HEIGHT_PX) < 1e-3, `${scroll.topPx - before}`);
      }
    }
    scroll.nativeScrolled(range);
    assert.equal(scroll.visibleRows(rows).last, rows - 1);
    scroll.moveTo((rows / 2) * ROW_HEIGHT_PX);
    assert.equal(scroll.visibleRows(rows).first, rows / 2);
  });
}

void test('a wheel turn moves very tall content by exactly its pixels, a jump by proportion', () => {
  const scroll = scrollOf(1_000_000, 440);
  scroll.nativeScrolled(5_000_000);
  const before = scroll.topPx;
  assert.ok(Math.abs(before - 5_000_000 * ((22_000_000 - 440) / (MAX_SCROLL_PX - 440))) < 1);
  scroll.nativeScrolled(5_000_100);
  assert.equal(scroll.topPx, before + 100);
  assert.equal(scroll.drifted, true);
  scroll.nativeMoved(scroll.nativeTop);
  assert.equal(scroll.drifted, false);
});

void test('the scroll event of a position we wrote ourselves moves nothing', () => {
  const scroll = scrollOf(1_000_000, 440);
  scroll.moveTo(123_456);
  scroll.nativeMoved(Math.round(scroll.nativeTop));
  assert.equal(scroll.nativeScrolled(Math.round(scroll.nativeTop)), false);
  assert.equal(scroll.topPx, 123_456);
});

void test('any sequence of scrolls keeps the position inside the content', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2_000_000 }),
      fc.integer({ min: 0, max: 2000 }),
      fc.array(fc.double({ min: 0, max: MAX_SCROLL_PX, noNaN: true })),
      (rows, viewportPx, tops) => {
        const scroll = scrollOf(rows, viewportPx);
        for (const top of tops) scroll.nativeScrolled(top);
        assert.ok(scroll.topPx >= 0 && scroll.topPx <= Math.max(0, rows * ROW_HEIGHT_PX - viewportPx));
        const { first, last } = scroll.visibleRows(rows);
        assert.ok(first >= 0 && last < rows && last - first <= viewportPx / ROW_HEIGHT_PX + 1);
      },
    ),
  );
});

void test('revealing a row moves as little as needed, and centres a row far away', () => {
  const scroll = scrollOf(10_000, 220);
  scroll.moveTo(2200);
  assert.equal(scroll.topToReveal(105), 2200);
  assert.equal(scroll.topToReveal(99), 99 * 22);
  assert.equal(scroll.topToReveal(110), 111 * 22 - 220);
  assert.equal(scroll.topToReveal(5000), 5000 * 22 - (220 - 22) / 2);
});
