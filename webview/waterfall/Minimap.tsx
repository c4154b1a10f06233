import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatDuration, formatOffset } from '../../src/core/layout/formatDuration.ts';
import type { VisibleRange } from '../../src/core/layout/timeScale.ts';
import type { ServiceOrder } from '../state/serviceOrder.ts';
import type { Store } from '../state/store.ts';
import { useStore } from '../state/useStore.ts';
import type { MinimapModel } from './minimapModel.ts';
import { paintMinimap } from './minimapPainter.ts';
import type { Palette } from './palette.ts';
import { LEAST_DRAG_PX, wheelTime } from './timeGestures.ts';
import type { WaterfallModel } from './waterfallModel.ts';

export interface MinimapProps {
  readonly model: WaterfallModel;
  readonly minimap: MinimapModel;
  readonly palette: Store<Palette>;
  readonly serviceOrder: ServiceOrder;
}

/** Height of the lanes and the strip of marks, CSS pixels; as in the style sheet. */
const HEIGHT_PX = 40;
const LANES = 36;
/** An end of the window is taken hold of this near. */
const GRIP_PX = 5;
/** What part of the trace a key moves an end by; with Shift ten times as much. */
const KEY_PART = 0.01;

type Drag =
  /** A new window; or, with Shift, a stretch to mark. */
  | { readonly kind: 'draw' | 'mark'; readonly fromNs: number; readonly fromX: number; readonly toNs: number }
  | { readonly kind: 'move'; readonly fromNs: number; readonly fromX: number; readonly range: VisibleRange }
  | { readonly kind: 'begin' | 'end'; readonly fromX: number; readonly range: VisibleRange };

/**
 * The whole trace on the width of the ruler, and on it the window that ruler and rows show: drag beside it for another,
 * its ends to resize, itself to move, click to bring a time to the middle. Both ends are sliders for the keyboard.
 */
export function Minimap({ model, minimap, palette, serviceOrder }: MinimapProps) {
  const { zoom } = model;
  const scale = useStore(zoom.scale);
  const element = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<Drag | undefined>(undefined);
  const { extentNs, widthPx, range } = scale;
  const pxPerNs = widthPx / extentNs;

  useEffect(() => {
    const map = element.current;
    if (!map) return;
    const wheel = (event: WheelEvent): void => {
      const { settled } = zoom;
      const ns = (event.clientX - map.getBoundingClientRect().left) / (settled.widthPx / settled.extentNs);
      // Zooming happens around the time under the pointer, which stands elsewhere on the scale of the rows.
      wheelTime(model, event, settled.toPx(Math.min(Math.max(0, ns), settled.extentNs)));
    };
    map.addEventListener('wheel', wheel, { passive: false });
    return () => map.removeEventListener('wheel', wheel);
  }, [model]);

  const timeAt = (event: MouseEvent): number => {
    const left = element.current?.getBoundingClientRect().left ?? 0;
    return Math.min(Math.max(0, (event.clientX - left) / pxPerNs), extentNs);
  };
  /** What a press there takes hold of. */
  const gripOf = (event: MouseEvent): 'begin' | 'end' | 'move' | 'draw' => {
    if (scale.fitted) return 'draw';
    const x = timeAt(event) * pxPerNs;
    const [begin, end] = [range.beginNs * pxPerNs, range.endNs * pxPerNs];
    // Between the ends of a narrow window there is nothing but ends: the nearer one, never the window.
    if (Math.abs(x - begin) <= GRIP_PX && Math.abs(x - begin) <= Math.abs(x - end)) return 'begin';
    if (Math.abs(x - end) <= GRIP_PX) return 'end';
    return x > begin && x < end ? 'move' : 'draw';
  };
  const down = (event: PointerEvent & { readonly currentTarget: HTMLElement }): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    zoom.endGesture();
    const fromNs = timeAt(event);
    const fromX = event.clientX;
    const kind = event.shiftKey ? 'mark' : gripOf(event);
    if (kind === 'draw' || kind === 'mark') setDrag({ kind, fromNs, fromX, toNs: fromNs });
    else setDrag({ kind, fromNs, fromX, range });
  };
  const move = (event: PointerEvent): void => {
    const ns = timeAt(event);
    zoom.hovered.set(ns >= range.beginNs && ns <= range.endNs ? ns : undefined);
    if (!drag) return;
    switch (drag.kind) {
      case 'draw':
        setDrag({ ...drag, toNs: ns });
        return;
      case 'mark':
        zoom.selection.select(drag.fromNs, ns, extentNs);
        return;
      case 'move': {
        if (Math.abs(event.clientX - drag.fromX) < LEAST_DRAG_PX && drag.range.beginNs === range.beginNs) return;
        const length = drag.range.endNs - drag.range.beginNs;
        const beginNs = Math.min(Math.max(0, drag.range.beginNs + ns - drag.fromNs), extentNs - length);
        zoom.drag(beginNs, beginNs + length);
        return;
      }
      case 'begin':
        zoom.drag(Math.min(ns, drag.range.endNs), drag.range.endNs);
        return;
      case 'end':
        zoom.drag(drag.range.beginNs, Math.max(ns, drag.range.beginNs));
        return;
    }
  };
  const up = (event: PointerEvent): void => {
    const clicked = drag && Math.abs(event.clientX - drag.fromX) < LEAST_DRAG_PX;
    zoom.endGesture();
    if (drag?.kind === 'draw' && !clicked) zoom.show(drag.fromNs, drag.toNs);
    else if (clicked && (drag.kind === 'draw' || drag.kind === 'move')) zoom.centre(timeAt(event));
    setDrag(undefined);
  };

  const drawn =
    drag?.kind === 'draw' && Math.abs(drag.toNs - drag.fromNs) * pxPerNs >= LEAST_DRAG_PX ? drag : undefined;
  return (
    <div class="wf-minimap-cell">
      <div
        class={`wf-minimap ${drag ? `dragging-${drag.kind}` : ''}`}
        ref={element}
        style={{ width: `${widthPx}px` }}
        title="The whole trace. Drag to zoom to a stretch, drag the window or its ends, click to centre, double-click to fit"
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={() => setDrag(undefined)}
        onPointerLeave={() => zoom.hovered.set(undefined)}
        onDblClick={() => zoom.fit()}
      >
        <MinimapCanvas model={model} minimap={minimap} palette={palette} serviceOrder={serviceOrder} />
        <MarkedArea model={model} />
        {drawn && (
          <span
            class="wf-brush"
            style={{
              left: `${Math.min(drawn.fromNs, drawn.toNs) * pxPerNs}px`,
              width: `${Math.abs(drawn.toNs - drawn.fromNs) * pxPerNs}px`,
            }}
          >
            {formatDuration(Math.abs(drawn.toNs - drawn.fromNs))}
          </span>
        )}
        {!scale.fitted && (
          <>
            <div class="wf-outside" style={{ left: '0', width: `${range.beginNs * pxPerNs}px` }} />
            <div class="wf-outside" style={{ left: `${range.endNs * pxPerNs}px`, right: '0' }} />
          </>
        )}
        <Handle model={model} end="begin" px={range.beginNs * pxPerNs} />
        <Handle model={model} end="end" px={range.endNs * pxPerNs} />
      </div>
    </div>
  );
}

/** An end of the window. */
function Handle({
  model,
  end,
  px,
}: {
  readonly model: WaterfallModel;
  readonly end: 'begin' | 'end';
  readonly px: number;
}) {
  const { zoom } = model;
  const scale = useStore(zoom.scale);
  const { range, extentNs } = scale;
  const at = end === 'begin' ? range.beginNs : range.endNs;
  const press = (event: KeyboardEvent): void => {
    const { range: now } = zoom.settled;
    const step = extentNs * KEY_PART * (event.shiftKey ? 10 : 1);
    const length = now.endNs - now.beginNs;
    const own = end === 'begin' ? now.beginNs : now.endNs;
    const to: Readonly<Record<string, number>> = {
      ArrowLeft: own - step,
      ArrowDown: own - step,
      ArrowRight: own + step,
      ArrowUp: own + step,
      Home: 0,
      End: extentNs,
    };
    const wanted = to[event.key];
    if (event.key === 'PageUp' || event.key === 'PageDown') zoom.panStep(event.key === 'PageUp' ? 1 : -1);
    else if (wanted === undefined) return;
    else if (end === 'begin') zoom.drag(Math.min(Math.max(0, wanted), now.endNs - length * KEY_PART), now.endNs);
    else zoom.drag(now.beginNs, Math.max(Math.min(extentNs, wanted), now.beginNs + length * KEY_PART));
    event.preventDefault();
  };
  return (
    <div
      class={`wf-handle ${scale.fitted ? 'at-rest' : ''}`}
      style={{ left: `${px}px` }}
      role="slider"
      tabIndex={0}
      aria-label={end === 'begin' ? 'Begin of what is shown' : 'End of what is shown'}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round((at / extentNs) * 100)}
      aria-valuetext={formatOffset(Math.round(at), 10 ** Math.max(0, Math.floor(Math.log10(scale.nsPerPx))))}
      onKeyDown={press}
    />
  );
}

function MarkedArea({ model }: { readonly model: WaterfallModel }) {
  const scale = useStore(model.zoom.scale);
  const area = useStore(model.zoom.selection.area);
  if (!area) return null;
  const pxPerNs = scale.widthPx / scale.extentNs;
  const width = Math.max(2, (area.endNs - area.beginNs) * pxPerNs);
  return <div class="wf-minimap-area" style={{ left: `${area.beginNs * pxPerNs}px`, width: `${width}px` }} />;
}

/** The picture; drawn again only when it is another, not with every zoom. */
function MinimapCanvas({ model, minimap, palette: palettes, serviceOrder }: MinimapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const info = useStore(model.info);
  const map = useStore(minimap.map);
  const hits = useStore(minimap.hits);
  const palette = useStore(palettes);
  const highlighted = useStore(serviceOrder.highlighted);
  const { widthPx, extentNs } = useStore(model.zoom.scale);
  const ratio = window.devicePixelRatio;
  const width = Math.round(widthPx * ratio);
  const height = Math.round(HEIGHT_PX * ratio);
  useEffect(() => minimap.resize(width, LANES), [minimap, width]);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    if (!map) {
      context.clearRect(0, 0, width, height);
      return;
    }
    paintMinimap(context, {
      map,
      widthPx: width,
      heightPx: height,
      devicePixelRatio: ratio,
      palette,
      servicePlaces: (info?.services ?? []).map((name) => serviceOrder.placeOf(name)),
      highlighted: (info?.services ?? []).indexOf(highlighted),
      hits,
    });
  }, [map, hits, palette, highlighted, width, height, info?.services.length]);
  // A trace that grew since it was drawn: what is drawn keeps its scale.
  const drawnPx = map ? Math.min(1, map.lengthNs / extentNs) * widthPx : widthPx;
  return (
    <canvas
      ref={canvas}
      aria-hidden="true"
      width={width}
      height={height}
      style={{ width: `${drawnPx}px`, height: `${HEIGHT_PX}px` }}
    />
  );
}
