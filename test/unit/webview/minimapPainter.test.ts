import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CELL } from '../../../src/core/layout/minimap.ts';
import type { Minimap } from '../../../src/protocol/minimapApi.ts';
import { paintMinimap, type MinimapContext, type MinimapFrame } from '../../../webview/waterfall/minimapPainter.ts';
import type { Palette } from '../../../webview/waterfall/palette.ts';

const PALETTE: Palette = {
  services: ['#0000ff', '#00ff00'],
  marks: [],
  error: '#ff0000',
  text: '#cccccc',
  dimText: '#999999',
  grid: '#333333',
  eventMark: '#ffffff',
  background: '#000000',
  outline: '',
  childAlpha: 0.5,
  font: '11px sans-serif',
};

/** Draws into memory; each pixel a letter: `b`lue, `g`reen, `r`ed, `w`hite, lower case when faint, `.` nothing. */
function drawn(frame: Partial<MinimapFrame> & { readonly map: Minimap }): {
  readonly lines: string[];
  readonly calls: string[];
} {
  const calls: string[] = [];
  let image: { readonly data: Uint8ClampedArray; readonly width: number } | undefined;
  let fill = '';
  const context = {
    set fillStyle(color: string) {
      fill = color;
    },
    get fillStyle() {
      return fill;
    },
    createImageData: (width: number, height: number) => {
      calls.push(`create ${width}×${height}`);
      return { data: new Uint8ClampedArray(width * height * 4), width, height };
    },
    putImageData: (put: { data: Uint8ClampedArray; width: number }, x: number, y: number) => {
      calls.push(`put ${x} ${y}`);
      image = put;
    },
  } as unknown as MinimapContext;
  paintMinimap(context, {
    widthPx: frame.map.pixels,
    heightPx: 10,
    devicePixelRatio: 1,
    palette: PALETTE,
    servicePlaces: [0, 1],
    highlighted: -1,
    hits: undefined,
    ...frame,
  });
  const { data, width } = image ?? { data: new Uint8ClampedArray(), width: 1 };
  const letter = (at: number): string => {
    const [red = 0, green = 0, blue = 0, alpha = 0] = data.subarray(at * 4, at * 4 + 4);
    if (alpha === 0) return '.';
    const name = red && green ? 'W' : red ? 'R' : green ? 'G' : blue ? 'B' : '?';
    return alpha === 255 ? name : name.toLowerCase();
  };
  const lines = Array.from({ length: data.length / 4 / width }, (_, y) =>
    Array.from({ length: width }, (__, x) => letter(y * width + x)).join(''),
  );
  return { lines, calls };
}

function mapOf(lanes: readonly string[], errors = ''): Minimap {
  const cells = lanes.flatMap((lane) =>
    Array.from(lane, (cell) => (cell === '.' ? CELL.empty : cell === '!' ? CELL.error : Number(cell))),
  );
  const pixels = lanes[0]?.length ?? 0;
  return {
    viewId: 1,
    lengthNs: 100,
    pixels,
    lanes: lanes.length,
    cells: Uint8Array.from(cells),
    errors: Uint8Array.from({ length: pixels }, (_, column) => (errors[column] === '!' ? 1 : 0)),
  };
}

void test('lanes are lines of pixels in the colours of services and errors, apart where there is room', () => {
  const { lines, calls } = drawn({ map: mapOf(['1111', '.22.', '..!.'], '..!.'), heightPx: 13 });
  assert.deepEqual(calls, ['create 4×13', 'put 0 0']);
  assert.deepEqual(lines.slice(0, 9), ['BBBB', 'BBBB', '....', '.GG.', '.GG.', '....', '..R.', '..R.', '....']);
  assert.deepEqual(lines.slice(9), ['....', '....', '..R.', '..R.']);
});

void test('one lane is not blown up to the whole height, a hundred share what there is', () => {
  assert.deepEqual(drawn({ map: mapOf(['11']), heightPx: 20 }).lines.filter((line) => line === 'BB').length, 5);
  const many = drawn({ map: mapOf(Array.from({ length: 100 }, () => '12')), heightPx: 20 }).lines;
  assert.deepEqual(new Set(many.slice(0, 16)), new Set(['BG']));
});

void test('a canvas of other width than the thumbnail stretches it', () => {
  assert.deepEqual(drawn({ map: mapOf(['12']), widthPx: 6 }).lines[0], 'BBBGGG');
  assert.deepEqual(drawn({ map: mapOf(['1122']), widthPx: 2 }).lines[0], 'BG');
});

void test('one service in full colour makes the others faint, errors never', () => {
  assert.equal(drawn({ map: mapOf(['12!.']), highlighted: 1 }).lines[0], 'bGR.');
});

void test('hits stand above errors in the strip, each wide enough to be seen', () => {
  const { lines } = drawn({
    map: mapOf(['....'], '!...'),
    hits: Uint8Array.of(0, 0, 0, 0, 0, 1, 0, 0),
    widthPx: 8,
    heightPx: 12,
    devicePixelRatio: 2,
  });
  assert.deepEqual(lines.slice(4), [
    '.....WW.',
    '.....WW.',
    '.....WW.',
    '.....WW.',
    'RR......',
    'RR......',
    'RR......',
    'RR......',
  ]);
});
