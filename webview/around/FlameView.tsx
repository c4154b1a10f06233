import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatDuration } from '../../src/core/layout/formatDuration.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { FLAME, type FlameMode, type FlameWindow } from '../../src/protocol/aroundApi.ts';
import type { ServiceOrder } from '../state/serviceOrder.ts';
import type { Store } from '../state/store.ts';
import { useStore } from '../state/useStore.ts';
import { formatCount } from '../text/formatCount.ts';
import { IconButton } from '../ui/IconButton.tsx';
import type { Palette } from '../waterfall/palette.ts';
import { LEAST_DRAG_PX } from '../waterfall/timeGestures.ts';
import type { FlameModel } from './flameModel.ts';
import { FlameArea } from './FlameArea.tsx';
import { cellAt, cellName, FLAME_ROW_PX, paintFlame, type FlameContext } from './flamePainter.ts';

export interface FlameViewProps {
  readonly model: FlameModel;
  readonly palette: Store<Palette>;
  readonly services: readonly string[];
  readonly serviceOrder: ServiceOrder;
  readonly letterKeys: boolean;
  readonly onOpenSource: (toSide: boolean) => void;
  readonly bindFocus: (focus: (() => void) | undefined) => void;
  /** Shows the statistics of the marked stretch. */
  readonly onAreaStatistics: () => void;
}

const ZOOM_PER_WHEEL_PX = 0.0022;
const LINE_PX = 16;

const MODES: readonly { readonly mode: FlameMode; readonly title: string; readonly tooltip: string }[] = [
  {
    mode: 'merged',
    title: 'By path',
    tooltip: 'Spans of one call path are one box, as wide as the self time in it and below',
  },
  {
    mode: 'time',
    title: 'In time',
    tooltip: 'Every span at its time, as long as it ran; a drag marks a stretch for the statistics',
  },
];

/** Where the time of the trace went, as boxes in boxes. */
export function FlameView(props: FlameViewProps) {
  const { model, services } = props;
  const mode = useStore(model.mode);
  const answer = useStore(model.live.answer);
  const failure = useStore(model.live.failure);
  const asking = useStore(model.live.asking);
  const canGoBack = useStore(model.canGoBack);
  const window = useStore(model.window);
  useEffect(() => {
    model.show();
    return () => model.hide();
  }, [model]);
  return (
    <div class="around flame">
      <div class="around-bar">
        <div class="choice" role="radiogroup" aria-label="Boxes">
          {MODES.map((each) => (
            <button
              key={each.mode}
              type="button"
              role="radio"
              class="choice-item"
              title={each.tooltip}
              aria-checked={each.mode === mode}
              onClick={() => model.mode.set(each.mode)}
            >
              {each.title}
            </button>
          ))}
        </div>
        <input
          class="text-input"
          type="search"
          spellcheck={false}
          placeholder="Find name or service"
          aria-label="Find in the flame graph"
          value={model.find.value}
          onInput={(event) => model.find.set(event.currentTarget.value)}
        />
        <span class="dim grow around-said" role="status">
          {failure !== '' ? failure : said(answer, asking, mode)}
        </span>
        <IconButton
          icon="arrow-left"
          label="Back to the zoom before"
          disabled={!canGoBack}
          onClick={() => model.back()}
        />
        <IconButton icon="screen-normal" label="Show all" disabled={window === null} onClick={() => model.fit()} />
      </div>
      <div class="flame-body">
        <Boxes {...props} services={services} />
        <FlameArea model={model} onStatistics={props.onAreaStatistics} />
      </div>
    </div>
  );
}

function said(answer: FlameWindow | undefined, asking: boolean, mode: FlameMode): string {
  if (!answer) return asking ? 'Laying out…' : '';
  if (answer.lengthNs === 0) return 'No span of this trace has a length.';
  if (!answer.found) return '';
  const { boxes, selfNs } = answer.found;
  const what = mode === 'merged' ? formatCount(boxes, 'path', 'paths') : formatCount(boxes, 'span', 'spans');
  return boxes === 0 ? 'Nothing found' : `${what}, ${formatDuration(selfNs)} of self time`;
}

interface Pointer {
  readonly x: number;
  readonly y: number;
}

function Boxes({ model, palette, services, serviceOrder, letterKeys, onOpenSource, bindFocus }: FlameViewProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const answer = useStore(model.live.answer);
  const [pointer, setPointer] = useState<Pointer | undefined>(undefined);
  const [hovered, setHovered] = useState(-1);
  const redraw = useRef<() => void>(() => undefined);
  /** Where the pointer went down, as a share of the width, and whether it moved since. */
  const drag = useRef<{ readonly fromPx: number; readonly from: number; begun: boolean } | undefined>(undefined);
  const order = useRef({ services, serviceOrder });
  order.current = { services, serviceOrder };

  useLayoutEffect(() => {
    const [box, sheet] = [scroller.current, canvas.current];
    if (!box || !sheet) return;
    const context: FlameContext | null = sheet.getContext('2d');
    let frame = 0;
    let rowsShown: number | undefined;
    const draw = (): void => {
      frame = 0;
      const [width, height] = [box.clientWidth, box.clientHeight];
      model.resize(width, box.scrollTop, height);
      const window = model.live.answer.value;
      const ratio = devicePixelRatio;
      if (sheet.width !== Math.round(width * ratio)) sheet.width = Math.round(width * ratio);
      if (sheet.height !== Math.round(height * ratio)) sheet.height = Math.round(height * ratio);
      sheet.style.width = `${width}px`;
      sheet.style.height = `${height}px`;
      if (!context || !window) {
        context?.clearRect(0, 0, width * ratio, height * ratio);
        return;
      }
      const { active } = model;
      // The box of a span selected elsewhere comes into sight; scrolling by hand stays as it is.
      const row = window.selected?.row;
      if (row !== undefined && row !== rowsShown && active >= 0) {
        const y = row * FLAME_ROW_PX;
        if (y < box.scrollTop) box.scrollTop = y;
        else if (y + FLAME_ROW_PX > box.scrollTop + height) box.scrollTop = y + FLAME_ROW_PX - height;
      }
      rowsShown = row;
      paintFlame(context, {
        window,
        ...model.shown,
        widthPx: width,
        topPx: box.scrollTop,
        heightPx: height,
        devicePixelRatio: ratio,
        palette: palette.value,
        servicePlaces: order.current.services.map((name) => order.current.serviceOrder.placeOf(name)),
        active,
        hovered: model.hovered.value,
      });
    };
    const schedule = (): void => {
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    redraw.current = schedule;
    const stops = [model.live.answer, model.window, model.hovered, palette].map((store) => store.subscribe(schedule));
    const observer = new ResizeObserver(schedule);
    observer.observe(box);
    const wheel = (event: WheelEvent): void => {
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE_PX;
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        const share = (event.clientX - sheet.getBoundingClientRect().left) / Math.max(1, box.clientWidth);
        model.zoomAt(Math.min(1, Math.max(0, share)), Math.exp(event.deltaY * unit * ZOOM_PER_WHEEL_PX));
      } else if (event.shiftKey || sideways) {
        event.preventDefault();
        model.pan(((sideways ? event.deltaX : event.deltaY) * unit) / Math.max(1, box.clientWidth));
      }
    };
    box.addEventListener('wheel', wheel, { passive: false });
    schedule();
    return () => {
      cancelAnimationFrame(frame);
      for (const stop of stops) stop();
      observer.disconnect();
      box.removeEventListener('wheel', wheel);
    };
  }, [model, palette]);
  useEffect(() => {
    bindFocus(() => scroller.current?.focus({ preventScroll: true }));
    return () => bindFocus(undefined);
  }, []);

  const cellUnder = (event: MouseEvent): number => {
    const box = scroller.current;
    const window = model.live.answer.value;
    const bounds = canvas.current?.getBoundingClientRect();
    if (!box || !window || !bounds) return -1;
    const place = { ...model.shown, widthPx: box.clientWidth, topPx: box.scrollTop };
    return cellAt(window, place, event.clientX - bounds.left, event.clientY - bounds.top);
  };
  const shareOf = (event: MouseEvent): number => {
    const box = scroller.current;
    return box ? (event.clientX - box.getBoundingClientRect().left) / Math.max(1, box.clientWidth) : 0;
  };
  const hover = (cell: number, at?: Pointer): void => {
    model.hovered.set(cell);
    setHovered(cell);
    setPointer(cell < 0 ? undefined : at);
  };
  const choose = (cell: number): void => {
    if (cell < 0) return;
    model.select(cell);
    model.zoomTo(cell);
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowUp: () => model.move('up'),
    ArrowDown: () => model.move('down'),
    ArrowLeft: () => model.move('left'),
    ArrowRight: () => model.move('right'),
    Enter: () => choose(model.active),
    Escape: () => {
      if (!model.clearArea()) model.back();
    },
    Home: () => model.fit(),
    ...(letterKeys && {
      Backspace: () => model.back(),
      '0': () => model.fit(),
      z: () => choose(model.active),
      m: () => model.markCell(model.active),
      o: () => onOpenSource(false),
    }),
  };
  const { active } = model;
  return (
    <div
      class="flame-boxes"
      role="group"
      aria-roledescription="flame graph"
      aria-label="Flame graph. Arrow keys move between boxes, Enter zooms to a box, Escape clears what is marked, then goes back. The statistics have the same numbers as a table."
      tabIndex={0}
      ref={scroller}
      onScroll={() => redraw.current()}
      onKeyDown={(event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
        const run = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
        if (!run) return;
        event.preventDefault();
        run();
      }}
      onPointerDown={(event) => {
        // A finger scrolls.
        const isDrag = event.button === 0 && event.pointerType !== 'touch';
        drag.current = isDrag ? { fromPx: event.clientX, from: shareOf(event), begun: false } : undefined;
      }}
      onPointerMove={(event) => {
        const { current } = drag;
        if (current && event.buttons !== 0 && model.mode.value === 'time') {
          if (!current.begun && Math.abs(event.clientX - current.fromPx) >= LEAST_DRAG_PX) {
            current.begun = true;
            hover(-1);
            event.currentTarget.setPointerCapture(event.pointerId);
          }
          if (current.begun) {
            model.mark(current.from, shareOf(event));
            return;
          }
        }
        hover(cellUnder(event), { x: event.clientX, y: event.clientY });
      }}
      onPointerLeave={() => hover(-1)}
      onClick={(event) => {
        scroller.current?.focus({ preventScroll: true });
        if (drag.current?.begun !== true) choose(cellUnder(event));
        drag.current = undefined;
      }}
    >
      <canvas class="flame-canvas" aria-hidden="true" ref={canvas} />
      <div style={{ height: `${(answer?.rowCount ?? 0) * FLAME_ROW_PX}px` }} />
      <span class="unseen" role="status">
        {answer && active >= 0 ? facts(answer, active, services).join(', ') : ''}
      </span>
      {answer && pointer && hovered >= 0 && hovered < answer.row.length && (
        <Tip pointer={pointer} lines={facts(answer, hovered, services)} />
      )}
    </div>
  );
}

/** What a box says: its name, service, and numbers with their share of the whole. */
function facts(answer: FlameWindow, cell: number, services: readonly string[]): string[] {
  const lines = [cellName(answer, cell)];
  if (((answer.flags[cell] ?? 0) & FLAME.many) !== 0) return [...lines, 'Click to zoom in'];
  const total = answer.totalNs[cell] ?? 0;
  const self = answer.selfNs[cell] ?? 0;
  const calls = answer.calls[cell] ?? 0;
  const errors = answer.errors[cell] ?? 0;
  const share = answer.lengthNs > 0 ? ((answer.end[cell] ?? 0) - (answer.begin[cell] ?? 0)) / answer.lengthNs : 0;
  lines.push(visibleLine(services[answer.service[cell] ?? 0] ?? ''));
  lines.push(
    calls > 1
      ? `${formatCount(calls, 'call', 'calls')}, ${formatDuration(total)}, ${formatDuration(total / calls)} each`
      : formatDuration(total),
  );
  lines.push(`self ${formatDuration(self)}`, `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} % of the width`);
  if (errors > 0) lines.push(formatCount(errors, 'error', 'errors'));
  return lines;
}

function Tip({ pointer, lines }: { readonly pointer: Pointer; readonly lines: readonly string[] }) {
  const isLeft = pointer.x > window.innerWidth / 2;
  const isUp = pointer.y > window.innerHeight * 0.7;
  return (
    <div
      class="tip"
      style={{
        ...(isLeft ? { right: `${window.innerWidth - pointer.x + 8}px` } : { left: `${pointer.x + 12}px` }),
        ...(isUp ? { bottom: `${window.innerHeight - pointer.y + 8}px` } : { top: `${pointer.y + 16}px` }),
      }}
    >
      {lines.map((line, index) => (
        <div key={index} class={index === 0 ? 'tip-title' : 'dim'}>
          {line}
        </div>
      ))}
    </div>
  );
}
