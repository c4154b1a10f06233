import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FLAME, type FlameWindow } from '../../../src/protocol/aroundApi.ts';
import {
  cellAt,
  FLAME_ROW_PX,
  paintFlame,
  type FlameContext,
  type FlameFrame,
} from '../../../webview/around/flamePainter.ts';

interface Box {
  readonly row: number;
  readonly begin: number;
  readonly end: number;
  readonly name?: string;
  readonly service?: number;
  readonly flags?: number;
  readonly boxes?: number;
  readonly calls?: number;
  readonly errors?: number;
}

function windowOf(boxes: readonly Box[], found: FlameWindow['found'] = null): FlameWindow {
  return {
    revision: 1,
    lengthNs: 100,
    beginNs: 0,
    endNs: 100,
    rowCount: 3,
    rowFrom: 0,
    row: Uint16Array.from(boxes, (box) => box.row),
    begin: Float64Array.from(boxes, (box) => box.begin),
    end: Float64Array.from(boxes, (box) => box.end),
    flags: Uint8Array.from(boxes, (box) => box.flags ?? 0),
    boxes: Uint32Array.from(boxes, (box) => box.boxes ?? 1),
    service: Uint16Array.from(boxes, (box) => box.service ?? 0),
    name: Uint32Array.from(boxes, (_, index) => index),
    names: boxes.map((box) => box.name ?? ''),
    calls: Uint32Array.from(boxes, (box) => box.calls ?? 1),
    errors: Uint32Array.from(boxes, (box) => box.errors ?? 0),
    totalNs: new Float64Array(boxes.length),
    selfNs: new Float64Array(boxes.length),
    spanIds: boxes.map(() => ''),
    found,
    selected: null,
  };
}

type Call = readonly [name: string, ...values: unknown[]];

function drawn(window: FlameWindow, change: Partial<FlameFrame> = {}): Call[] {
  const calls: Call[] = [];
  const context = {
    fillStyle: '',
    strokeStyle: '',
    lineWidth: 1,
    globalAlpha: 1,
    font: '',
    textAlign: 'left',
    textBaseline: 'middle',
    clearRect: () => undefined,
    setTransform: () => undefined,
    strokeRect: (...values: number[]) => calls.push(['stroke', context.strokeStyle, context.lineWidth, ...values]),
    fillRect: (...values: number[]) => calls.push(['fill', context.fillStyle, context.globalAlpha, ...values]),
    fillText: (text: string, x: number) => calls.push(['text', text, x]),
    measureText: (text: string) => ({ width: text.length * 6 }),
  };
  paintFlame(context as unknown as FlameContext, {
    window,
    beginNs: 0,
    endNs: 100,
    widthPx: 200,
    topPx: 0,
    heightPx: 100,
    devicePixelRatio: 1,
    palette: {
      services: ['blue', 'green'],
      marks: [],
      error: 'red',
      text: 'white',
      dimText: 'gray',
      grid: 'line',
      eventMark: 'white',
      background: 'black',
      outline: '',
      childAlpha: 0.5,
      font: '11px x',
    },
    servicePlaces: [0, 1],
    active: -1,
    hovered: -1,
    ...change,
  });
  return calls;
}

describe('the painter of flame graphs', () => {
  it('draws a box in its service’s colour at its place, with its name and calls', () => {
    assert.deepEqual(drawn(windowOf([{ row: 1, begin: 50, end: 100, name: 'search', service: 1, calls: 3 }])), [
      ['fill', 'green', 0.5, 100, FLAME_ROW_PX, 99, 19],
      ['text', 'search ×3', 104],
    ]);
  });

  it('cuts a name to its box, and leaves it out where three characters do not fit', () => {
    const texts = (end: number): unknown[] =>
      drawn(windowOf([{ row: 0, begin: 0, end, name: 'a_long_name_indeed' }]))
        .filter(([call]) => call === 'text')
        .map(([, text]) => text);
    assert.deepEqual(texts(40), ['a_long_name…'.slice(0, 10) + '…']);
    assert.deepEqual(texts(12), []);
  });

  it('gives a box with errors a foot as wide as the share of calls that failed', () => {
    const [, foot] = drawn(
      windowOf([{ row: 0, begin: 0, end: 50, flags: FLAME.error, calls: 4, errors: 1, name: '' }]),
    );
    assert.deepEqual(foot, ['fill', 'red', 1, 0, 16, 99 / 4, 3]);
  });

  it('draws what stands for many in grey, and no name', () => {
    assert.deepEqual(drawn(windowOf([{ row: 0, begin: 0, end: 30, flags: FLAME.many, boxes: 9 }])), [
      ['fill', 'gray', 0.5, 0, 0, 59, 19],
    ]);
  });

  it('fades what a search does not match', () => {
    const window = windowOf(
      [
        { row: 0, begin: 0, end: 10, flags: FLAME.found },
        { row: 0, begin: 10, end: 20 },
      ],
      { boxes: 1, selfNs: 1 },
    );
    assert.deepEqual(
      drawn(window).map(([, , alpha]) => alpha),
      [0.5, 0.175],
    );
  });

  it('cuts boxes at the edges of a zoom and leaves out those beyond', () => {
    const window = windowOf([
      { row: 0, begin: 0, end: 50 },
      { row: 0, begin: 60, end: 100 },
    ]);
    assert.deepEqual(drawn(window, { beginNs: 25, endNs: 50 }), [
      ['fill', 'blue', 0.5, 0, 0, 199, 19],
      ['text', '(no name)', 4],
    ]);
  });

  it('draws a box narrower than a pixel a pixel wide, and edges the active one', () => {
    assert.deepEqual(drawn(windowOf([{ row: 0, begin: 10, end: 10 }]), { active: 0 }), [
      ['fill', 'blue', 0.5, 20, 0, 1, 19],
      ['stroke', 'white', 2, 21, 1, 1, 17],
    ]);
  });

  it('finds the cell under the pointer, scrolled or not', () => {
    const window = windowOf([
      { row: 0, begin: 0, end: 100 },
      { row: 2, begin: 50, end: 100 },
    ]);
    const place = { beginNs: 0, endNs: 100, widthPx: 200, topPx: 0 };
    assert.equal(cellAt(window, place, 150, 5), 0);
    assert.equal(cellAt(window, place, 150, 45), 1);
    assert.equal(cellAt(window, place, 50, 45), -1);
    assert.equal(cellAt(window, { ...place, topPx: 40 }, 150, 5), 1);
  });
});
