import { useEffect, useRef, useState } from 'preact/hooks';
import { formatDuration } from '../../src/core/layout/formatDuration.ts';
import { ticks } from '../../src/core/layout/ticks.ts';
import { useStore } from '../state/useStore.ts';
import { LEAST_DRAG_PX, wheelTime } from './timeGestures.ts';
import type { WaterfallModel } from './waterfallModel.ts';

interface Brush {
  readonly from: number;
  readonly to: number;
  /** Marks the stretch instead of zooming to it. */
  readonly marks: boolean;
}

/** The time axis: ticks on the scale of the rows. A drag zooms to a stretch, with Shift marks it; double-click fits. */
export function Ruler({ model }: { readonly model: WaterfallModel }) {
  const { zoom } = model;
  const scale = useStore(zoom.scale);
  const [brush, setBrush] = useState<Brush | undefined>(undefined);
  const element = useRef<HTMLDivElement>(null);

  const position = (event: MouseEvent): number => {
    const left = element.current?.getBoundingClientRect().left ?? 0;
    return Math.min(Math.max(0, event.clientX - left), scale.widthPx);
  };
  useEffect(() => {
    const ruler = element.current;
    if (!ruler) return;
    // Not as a property: the page must be kept from zooming, which needs a listener that is not passive.
    const wheel = (event: WheelEvent): boolean =>
      wheelTime(model, event, event.clientX - ruler.getBoundingClientRect().left);
    ruler.addEventListener('wheel', wheel, { passive: false });
    return () => ruler.removeEventListener('wheel', wheel);
  }, [model]);
  const dragged = brush && Math.abs(brush.to - brush.from) >= LEAST_DRAG_PX ? brush : undefined;
  const release = (): void => {
    if (dragged && !dragged.marks) zoom.show(scale.toNs(dragged.from), scale.toNs(dragged.to));
    setBrush(undefined);
  };

  return (
    <div
      class="wf-ruler"
      ref={element}
      aria-hidden="true"
      title="Drag to zoom to a stretch, with Shift to mark it, double-click to fit"
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const at = position(event);
        setBrush({ from: at, to: at, marks: event.shiftKey });
      }}
      onPointerMove={(event) => {
        const at = position(event);
        zoom.hovered.set(scale.toNs(at));
        if (!brush) return;
        setBrush({ ...brush, to: at });
        if (brush.marks) zoom.selection.select(scale.toNs(brush.from), scale.toNs(at), scale.extentNs);
      }}
      onPointerLeave={() => zoom.hovered.set(undefined)}
      onPointerUp={release}
      onPointerCancel={() => setBrush(undefined)}
      onDblClick={() => zoom.fit()}
    >
      {ticks(scale.range, scale.widthPx).map((tick) => (
        <span key={tick.offsetNs} class="wf-tick" style={{ left: `${scale.toPx(tick.offsetNs)}px` }}>
          {tick.label}
        </span>
      ))}
      {dragged && !dragged.marks && (
        <span
          class="wf-brush"
          style={{
            left: `${Math.min(dragged.from, dragged.to)}px`,
            width: `${Math.abs(dragged.to - dragged.from)}px`,
          }}
        >
          {formatDuration(Math.abs(scale.toNs(dragged.to) - scale.toNs(dragged.from)))}
        </span>
      )}
    </div>
  );
}
