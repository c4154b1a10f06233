import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ZoomModel } from '../../../webview/waterfall/zoomModel.ts';

/** A model of a trace of 1,000 ns on 100 px, and its clock. */
function zoomed(): { zoom: ZoomModel; clock: { ms: number } } {
  const clock = { ms: 0 };
  const zoom = new ZoomModel(() => clock.ms);
  zoom.resize(100);
  zoom.reset(1000);
  return { zoom, clock };
}

const rangeOf = ({ scale }: ZoomModel): readonly number[] => [scale.value.range.beginNs, scale.value.range.endNs];

void test('back and forward walk the same zooms both ways, and a new zoom ends the way forward', () => {
  const { zoom } = zoomed();
  assert.deepEqual(zoom.steps.value, { back: false, forward: false });
  zoom.show(100, 500);
  zoom.show(200, 300);
  assert.equal(zoom.back(), true);
  assert.deepEqual(rangeOf(zoom), [100, 500]);
  assert.deepEqual(zoom.steps.value, { back: true, forward: true });
  zoom.back();
  assert.deepEqual(rangeOf(zoom), [0, 1000]);
  assert.equal(zoom.back(), false);
  zoom.forward();
  zoom.forward();
  assert.deepEqual(rangeOf(zoom), [200, 300]);
  assert.equal(zoom.forward(), false);
  zoom.back();
  zoom.show(0, 50);
  assert.deepEqual(zoom.steps.value, { back: true, forward: false });
});

void test('turns of the wheel in quick succession are one step back, a pause or another hand begins a new one', () => {
  const { zoom, clock } = zoomed();
  zoom.zoomAt(50, 2);
  clock.ms += 100;
  zoom.zoomAt(50, 2);
  zoom.pan(10);
  clock.ms += 1000;
  zoom.pan(10);
  zoom.back();
  assert.deepEqual(rangeOf(zoom), [400, 650]);
  zoom.back();
  assert.deepEqual(rangeOf(zoom), [0, 1000]);
  zoom.drag(100, 200);
  zoom.drag(150, 250);
  zoom.endGesture();
  zoom.drag(500, 600);
  zoom.back();
  assert.deepEqual(rangeOf(zoom), [150, 250]);
});

void test('a transition passes ranges in between, and what is asked meanwhile counts from where it leads', () => {
  const { zoom } = zoomed();
  let step: (part: number) => void = () => undefined;
  let stopped = 0;
  zoom.transition = (run) => {
    step = run;
    return () => stopped++;
  };
  zoom.show(200, 210);
  assert.deepEqual(rangeOf(zoom), [0, 1000]);
  step(0.5);
  const [begin = 0, end = 0] = rangeOf(zoom);
  // A zoom of a hundred is halfway at a tenth.
  assert.ok(Math.abs(end - begin - 1000 * Math.sqrt(0.02)) < 1e-6, `${begin} ${end}`);
  assert.ok(begin > 0 && begin < 200 && end > 210);
  zoom.pan(10);
  assert.equal(stopped, 1);
  assert.ok((rangeOf(zoom)[0] ?? 0) > 195);
  zoom.fit();
  step(1);
  assert.deepEqual(rangeOf(zoom), [0, 1000]);
  zoom.show(300, 500);
  zoom.extend(2000);
  assert.deepEqual(rangeOf(zoom), [300, 500], 'a trace that grows does not lose what was zoomed to');
});

void test('a time is brought to the middle without another length, as far as the trace goes', () => {
  const { zoom } = zoomed();
  zoom.show(0, 200);
  zoom.centre(500);
  assert.deepEqual(rangeOf(zoom), [400, 600]);
  zoom.centre(0);
  assert.deepEqual(rangeOf(zoom), [0, 200]);
});

void test('a marked stretch is whole nanoseconds inside the trace, and another trace has none', () => {
  const { zoom } = zoomed();
  const { selection } = zoom;
  selection.select(700.4, -20, 1000);
  assert.deepEqual(selection.area.value, { beginNs: 0, endNs: 700 });
  selection.select(5, 5, 1000);
  selection.select(Number.NaN, 5, 1000);
  assert.deepEqual(selection.area.value, { beginNs: 0, endNs: 700 });
  assert.equal(selection.clear(), true);
  assert.equal(selection.clear(), false);
  selection.select(5, 50, 1000);
  zoom.reset(50);
  assert.equal(selection.area.value, undefined);
});
