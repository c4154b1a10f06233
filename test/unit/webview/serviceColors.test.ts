import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServiceOrder } from '../../../webview/state/serviceOrder.ts';
import { contrastOf, distanceOf, subdued, withContrast } from '../../../webview/waterfall/contrast.ts';
import { serviceColors } from '../../../webview/waterfall/palette.ts';
import { THEMES } from '../../browser/support/themes.ts';

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

/** What is left of a colour for eyes that lack a kind of cone (Machado, Oliveira and Fernandes 2009, severity 1). */
const DEFICIENCIES: Readonly<Record<string, readonly (readonly [number, number, number])[]>> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function seenWith(color: string, deficiency: string): string {
  const linear = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const parts = (DEFICIENCIES[deficiency] ?? []).map((row) => {
    const sum = row.reduce((total, factor, at) => total + factor * (linear[at] ?? 0), 0);
    const light = Math.min(1, Math.max(0, sum));
    return Math.round(255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055));
  });
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

const ERRORS = { '#1f1f1f': '#f14c4c', '#000000': '#f14c4c', '#ffffff': '#e51400' } as const;

for (const [background, error] of Object.entries(ERRORS)) {
  void test(`the palette for colour blindness is told apart on ${background}, from errors too`, () => {
    const colors = [...serviceColors('colorBlind', background, []), withContrast(error, background, 3.5)];
    assert.equal(colors.length, 9);
    for (const [at, color] of colors.entries()) {
      assert.ok(contrastOf(color, background) >= 3, `${color} on ${background}`);
      for (const other of colors.slice(0, at)) {
        for (const deficiency of Object.keys(DEFICIENCIES)) {
          const distance = distanceOf(seenWith(color, deficiency), seenWith(other, deficiency));
          assert.ok(distance > 0.05, `${color} and ${other} with ${deficiency}: ${distance.toFixed(3)}`);
        }
      }
    }
  });
}

for (const [name, { variables }] of Object.entries(THEMES)) {
  void test(`the ${name} theme’s colours stand out from the background and from each other`, () => {
    const background = variables['editor-background'] ?? '';
    const given = ['blue', 'green', 'orange', 'purple', 'yellow'].map((each) => variables[`charts-${each}`] ?? '');
    const more = ['Cyan', 'Magenta', 'BrightGreen'].map((each) => variables[`terminal-ansi${each}`] ?? '');
    const colors = serviceColors('theme', background, [...given, ...more]);
    for (const [at, color] of colors.entries()) {
      assert.ok(contrastOf(color, background) >= 3, `${color} on ${background}`);
      for (const other of colors.slice(0, at)) assert.ok(distanceOf(color, other) > 0.07, `${color} and ${other}`);
    }
  });
}
