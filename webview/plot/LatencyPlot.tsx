import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatDuration } from '../../src/core/layout/formatDuration.ts';
import type { ListBrush } from '../../src/core/list/listQuery.ts';
import type { TraceId } from '../../src/core/model/ids.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { ChangeMarker } from '../../src/protocol/listApi.ts';
import type { TraceListModel } from '../list/traceListModel.ts';
import type { Store } from '../state/store.ts';
import { useStore } from '../state/useStore.ts';
import { formatCount } from '../text/formatCount.ts';
import { IconButton } from '../ui/IconButton.tsx';
import type { Palette } from '../waterfall/palette.ts';
import { brushText, filterOfBrush } from './brushText.ts';
import { clockOf, MARKER_KEY, markerText } from './markerText.ts';
import type { PlotHit, PlotModel } from './plotModel.ts';
import { paintPlot } from './plotPainter.ts';
import { nextPoint, type PlotPoint } from './plotPoints.ts';
import { brushOf, plotFrame, PlotScale } from './plotScale.ts';

export interface LatencyPlotProps {
  readonly model: PlotModel;
  readonly list: TraceListModel;
  readonly palette: Store<Palette>;
  readonly utc: boolean;
  /** Single letters act. */
  readonly letterKeys: boolean;
  readonly onOpen: (traceId: TraceId) => void;
  readonly onHide: () => void;
  /** Compares what is brushed with the rest. */
  readonly onWhy: () => void;
  /** Shows how numbers of the listed calls are distributed. */
  readonly onDistribution: () => void;
  /** Compares what came after a change with what was before it. */
  readonly onChange: (marker: ChangeMarker) => void;
}

/** Height of the drawing, CSS pixels; as in the style sheet. */
const HEIGHT_PX = 108;
/** A point, or a marker's line, is pointed at this near. */
const NEAR_PX = 6;

interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Latency over time as a scatter, with the histogram of durations beside it. A drag brushes, a click opens. */
export function LatencyPlot({
  model,
  list,
  palette,
  utc,
  letterKeys,
  onOpen,
  onHide,
  onWhy,
  onDistribution,
  onChange,
}: LatencyPlotProps) {
  const state = useStore(model.state);
  const brush = useStore(list.brush);
  const page = useStore(list.page);
  const colors = useStore(palette);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [widthPx, setWidthPx] = useState(0);
  const [drag, setDrag] = useState<
    { readonly from: Spot; readonly to: Spot; readonly durations: boolean } | undefined
  >();
  const [cursor, setCursor] = useState<Spot | undefined>(undefined);
  const [anchor, setAnchor] = useState<PlotPoint | undefined>(undefined);
  const [hit, setHit] = useState<PlotHit | undefined>(undefined);
  const [mark, setMark] = useState<ChangeMarker | undefined>(undefined);
  const point = useRef<PlotPoint | undefined>(undefined);

  const frame = plotFrame(widthPx, HEIGHT_PX);
  const scale = state && new PlotScale(frame, state.plot);
  const drawn = drag && scale ? (brushOf(scale, drag.from, drag.to, drag.durations) ?? brush) : brush;

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const read = (): void => {
      setWidthPx(element.clientWidth);
      const room = plotFrame(element.clientWidth, HEIGHT_PX);
      model.setRoom(room.width, room.height);
    };
    const observer = new ResizeObserver(read);
    observer.observe(element);
    read();
    return () => {
      observer.disconnect();
      model.setRoom(0, 0);
    };
  }, [model]);

  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context || !state || !scale) return;
    const ratio = window.devicePixelRatio || 1;
    element.width = Math.round(widthPx * ratio);
    element.height = Math.round(HEIGHT_PX * ratio);
    const picture = {
      ...state,
      scale,
      brush: drawn,
      cursor,
      mark: hit ? undefined : mark?.id,
      clock: (ms: number, step: number) => clockOf(ms, utc, step),
    };
    const look = {
      point: colors.services[0] ?? colors.text,
      error: colors.error,
      text: colors.text,
      dimText: colors.dimText,
      grid: colors.grid,
      mark: colors.eventMark,
      font: colors.font,
    };
    paintPlot(context, picture, look, { width: widthPx, height: HEIGHT_PX }, ratio);
  }, [state, widthPx, colors, drawn, cursor, utc, mark, hit]);

  const spotOf = (event: MouseEvent): Spot => {
    const box = canvas.current?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
  };
  const isInScatter = ({ x, y }: Spot): boolean =>
    x >= frame.left && x <= frame.left + frame.width && y >= frame.top && y <= frame.top + frame.height;
  const markAt = (spot: Spot): ChangeMarker | undefined =>
    scale && state.markers.find((each) => isAtMarker(each, scale, spot));
  const look = (spot: Spot): void => {
    if (!scale) return;
    setMark(markAt(spot));
    if (!isInScatter(spot)) {
      setHit(undefined);
      setCursor(undefined);
      return;
    }
    const near = {
      fromMs: scale.timeAt(spot.x - NEAR_PX),
      toMs: scale.timeAt(spot.x + NEAR_PX),
      minNs: scale.durationAt(spot.y + NEAR_PX),
      maxNs: scale.durationAt(spot.y - NEAR_PX),
    };
    void model.hit(near).then((found) => {
      setHit(found);
      setCursor(found && { x: scale.x(Number(found.trace.start) / 1e6), y: scale.y(found.trace.durationNs) });
    });
  };
  const setBrush = (to: ListBrush | null): void => list.brush.set(to);

  /** Moves to the next trace by time or duration; with Shift what lies between is brushed. */
  const move = (key: string, extend: boolean): void => {
    if (!scale) return;
    const next = nextPoint(state.plot, point.current, key);
    if (!next) return;
    const from = extend ? (anchor ?? point.current ?? next) : undefined;
    setAnchor(from);
    point.current = next;
    const spot = { x: scale.x(next.timeMs), y: scale.y(next.durationNs) };
    setCursor(spot);
    look(spot);
    if (!from) return;
    const byTime = key === 'ArrowLeft' || key === 'ArrowRight';
    setBrush({
      ...(list.brush.value ?? { fromMs: null, toMs: null, minNs: null, maxNs: null }),
      ...(byTime
        ? { fromMs: Math.min(from.timeMs, next.timeMs), toMs: Math.max(from.timeMs, next.timeMs) }
        : { minNs: Math.min(from.durationNs, next.durationNs), maxNs: Math.max(from.durationNs, next.durationNs) }),
    });
  };

  const { figures } = page;
  const summary = `${formatCount(figures.count, 'trace', 'traces')}${figures.measured > 0 ? `, p50 ${formatDuration(figures.p50Ns)}, p95 ${formatDuration(figures.p95Ns)}, p99 ${formatDuration(figures.p99Ns)}` : ''}`;
  const change = hit ? undefined : mark;
  const said = change ? `${markerText(change, utc)} · ${ASK_CHANGE}` : hit ? hitText(hit, utc) : '';
  return (
    <div class="plot" role="group" aria-label="Latency over time">
      <div class="plot-line">
        <span class="plot-title">Latency over time</span>
        <span
          class="dim plot-figures"
          title="Percentiles are of settled traces that no debugger held; folded ones are left out"
        >
          {figures.measured > 0 &&
            `p50 ${formatDuration(figures.p50Ns)} · p95 ${formatDuration(figures.p95Ns)} · p99 ${formatDuration(figures.p99Ns)} of `}
          {formatCount(figures.count, 'trace', 'traces')}
          {figures.errors > 0 && ` · ${formatCount(figures.errors, 'with errors', 'with errors')}`}
        </span>
        {brush && (
          <span class="plot-chip">
            <span class="plot-chip-text">{brushText(brush, (ms) => clockOf(ms, utc, 1000))}</span>
            {filterOfBrush(brush) !== '' && (
              <button
                type="button"
                class="link-button"
                title={`Put the durations into the filter: ${filterOfBrush(brush)}`}
                onClick={() => {
                  list.filter.set(`${list.filter.value} ${filterOfBrush(brush)}`.trim());
                  const { fromMs, toMs } = brush;
                  setBrush(fromMs === null && toMs === null ? null : { ...brush, minNs: null, maxNs: null });
                }}
              >
                to filter
              </button>
            )}
            <button type="button" class="link-button" title="Compare what is brushed with the rest" onClick={onWhy}>
              Why these?
            </button>
            <IconButton icon="close" label="Remove what is brushed" onClick={() => setBrush(null)} />
          </span>
        )}
        <span class="grow" />
        <span class="plot-said" role="status">
          {said}
        </span>
        <IconButton
          icon="graph"
          label="Distribution of other numbers: features, confidence, tokens, attributes"
          onClick={onDistribution}
        />
        <IconButton icon="chevron-up" label="Hide latency over time" onClick={onHide} />
      </div>
      <div
        class={`plot-area${change ? ' at-change' : ''}`}
        role="application"
        tabIndex={0}
        title={change ? `${markerText(change, utc)}\n${ASK_CHANGE}` : undefined}
        data-vscode-context={contextOf(change)}
        aria-label={`Latency over time: ${summary}. Left and right go by time, up and down by duration, with Shift they brush; Enter opens, m goes to the next change and Enter compares before and after it, Escape clears.`}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          if (event.key.startsWith('Arrow') || event.key === 'Home' || event.key === 'End')
            move(event.key, event.shiftKey);
          else if (event.key === 'Enter' && hit) onOpen(hit.trace.traceId);
          else if (event.key === 'Enter' && change) onChange(change);
          else if (event.key === 'Escape') setBrush(null);
          else if (event.key === 'm' && letterKeys && state) {
            setHit(undefined);
            setCursor(undefined);
            setMark(nextMarker(state.markers, mark));
          } else return;
          event.preventDefault();
          event.stopPropagation();
        }}
        onFocus={() => model.hold(true)}
        onBlur={() => {
          point.current = undefined;
          setAnchor(undefined);
          setCursor(undefined);
          setHit(undefined);
          setMark(undefined);
          model.hold(false);
        }}
        onPointerEnter={() => model.hold(true)}
        onPointerLeave={(event) => {
          if (drag || event.currentTarget.matches(':focus-visible')) return;
          setHit(undefined);
          setMark(undefined);
          setCursor(undefined);
          model.hold(false);
        }}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          const from = spotOf(event);
          const durations = frame.histogramWidth > 0 && from.x >= frame.histogramLeft;
          if (!durations && !isInScatter(from) && !markAt(from)) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ from, to: from, durations });
        }}
        onPointerMove={(event) => {
          const spot = spotOf(event);
          if (drag) setDrag({ ...drag, to: spot });
          else look(spot);
        }}
        onPointerUp={(event) => {
          if (!drag) return;
          const spot = spotOf(event);
          setDrag(undefined);
          const brushed = scale && brushOf(scale, drag.from, spot, drag.durations);
          if (brushed) setBrush(brushed);
          else if (hit) onOpen(hit.trace.traceId);
          else {
            const at = markAt(spot);
            if (at) onChange(at);
          }
        }}
        onPointerCancel={() => setDrag(undefined)}
        onDblClick={() => setBrush(null)}
      >
        <canvas ref={canvas} class="plot-canvas" aria-hidden="true" />
      </div>
    </div>
  );
}

function hitText({ trace, total }: PlotHit, utc: boolean): string {
  const start = clockOf(Number(trace.start) / 1e6, utc, 1000);
  const more = total > 1 ? ` and ${(total - 1).toLocaleString('en-US')} more here` : '';
  const failed = trace.errorCount > 0 ? ` · ${formatCount(trace.errorCount, 'error', 'errors')}` : '';
  return `${visibleLine(trace.name) || '(no name)'} · ${formatDuration(trace.durationNs)} · ${start}${failed}${more}`;
}

const ASK_CHANGE = 'click or Enter compares before and after';

/** What the menu of VS Code is about: a change that is pointed at, or nothing. */
function contextOf(change: ChangeMarker | undefined): string {
  const common = { preventDefaultContextMenuItems: true };
  if (!change) return JSON.stringify(common);
  return JSON.stringify({ ...common, webviewSection: 'change', compare: MARKER_KEY + change.id });
}

function isAtMarker({ atMs, toMs, kind }: ChangeMarker, scale: PlotScale, { x, y }: Spot): boolean {
  const from = scale.x(atMs);
  if (kind === 'pause' && y < scale.frame.top)
    return x >= from - NEAR_PX && x <= scale.x(toMs ?? scale.range.toMs) + NEAR_PX;
  const near = y < scale.frame.top ? NEAR_PX : NEAR_PX / 2;
  return Math.abs(x - from) <= near && x >= scale.frame.left && x <= scale.frame.left + scale.frame.width;
}

function nextMarker(markers: readonly ChangeMarker[], now: ChangeMarker | undefined): ChangeMarker | undefined {
  const at = markers.findIndex((marker) => marker.id === now?.id);
  return markers[(at + 1) % Math.max(1, markers.length)];
}
