import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServiceOrder } from '../../../webview/state/serviceOrder.ts';
import { contrastOf, subdued, withContrast } from '../../../webview/waterfall/contrast.ts';

void test('a service keeps its place whichever traces come, also after a reload', () => {
  const order = new ServiceOrder([]);
  assert.deepEqual(
    ['gateway', 'model'].map((name) => order.placeOf(name)),
    [0, 1],
  );
  assert.deepEqual(
    ['model', 'search', 'gateway'].map((name) => order.placeOf(name)),
    [1, 2, 0],
  );
  const again = new ServiceOrder(order.names);
  assert.equal(again.placeOf('search'), 2);
});

void test('what is remembered of services is bounded, and names beyond it have a steady place too', () => {
  const order = new ServiceOrder([]);
  for (let n = 0; n < 1000; n++) order.placeOf(`service ${n}`);
  order.placeOf('x'.repeat(100_000));
  assert.equal(order.names.length, 200);
  assert.equal(order.placeOf('service 900'), new ServiceOrder(order.names).placeOf('service 900'));
});

void test('a colour too near to the background is moved away from it, any other stays', () => {
  for (const [color, background] of [
    ['#623315', '#1f1f1f'],
    ['#bf880333', '#ffffff'],
    ['rgba(0, 0, 255, 0.5)', '#1f1f1f'],
    ['#000', '#000'],
    ['#ffffff', '#fff'],
  ] as const) {
    const made = withContrast(color, background, 3.5);
    const ratio = contrastOf(made, background);
    assert.ok(ratio >= 3.4 && ratio < 4, `${color} on ${background}: ${made}, ${ratio.toFixed(2)}`);
  }
  assert.equal(withContrast('#3794ff', '#1f1f1f', 3.5), '#3794ff');
  assert.equal(withContrast('CanvasText', '#1f1f1f', 3.5), 'CanvasText');
});

void test('a lightened colour keeps its hue', () => {
  const made = withContrast('#623315', '#1f1f1f', 3.5);
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(made.slice(at, at + 2), 16));
  assert.ok(red > green && green > blue, made);
});

void test('lines that would be heavier than what they stand behind are blended into the background', () => {
  assert.ok(contrastOf(subdued('#ffffff', '#000000', 1.5), '#000000') <= 1.51);
  assert.equal(subdued('#2b2b2b', '#1f1f1f', 1.5), '#2b2b2b');
});
