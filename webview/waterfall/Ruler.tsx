import { useRef, useState } from 'preact/hooks';
import { formatDuration } from '../../src/core/layout/formatDuration.ts';
import { ticks } from '../../src/core/layout/ticks.ts';
import { useStore } from '../state/useStore.ts';
import type { ZoomModel } from './zoomModel.ts';

/** Shorter drags are clicks. */
const LEAST_BRUSH_PX = 4;

/** The time axis: ticks on the scale of the rows, and a drag that zooms to a stretch. Double-click fits. */
export function Ruler({ zoom }: { readonly zoom: ZoomModel }) {
  const scale = useStore(zoom.scale);
  const [brush, setBrush] = useState<{ readonly from: number; readonly to: number } | undefined>(undefined);
  const element = useRef<HTMLDivElement>(null);

  const position = (event: PointerEvent): number => {
    const left = element.current?.getBoundingClientRect().left ?? 0;
    return Math.min(Math.max(0, event.clientX - left), scale.widthPx);
  };
  const release = (): void => {
    if (brush && Math.abs(brush.to - brush.from) >= LEAST_BRUSH_PX)
      zoom.show(scale.toNs(brush.from), scale.toNs(brush.to));
    setBrush(undefined);
  };
  const hovered = brush && Math.abs(brush.to - brush.from) >= LEAST_BRUSH_PX ? brush : undefined;

  return (
    <div
      class="wf-ruler"
      ref={element}
      aria-hidden="true"
      title="Drag to zoom to a stretch, double-click to fit"
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const at = position(event);
        setBrush({ from: at, to: at });
      }}
      onPointerMove={(event) => {
        if (brush) setBrush({ from: brush.from, to: position(event) });
      }}
      onPointerUp={release}
      onPointerCancel={() => setBrush(undefined)}
      onDblClick={() => zoom.fit()}
    >
      {ticks(scale.range, scale.widthPx).map((tick) => (
        <span key={tick.offsetNs} class="wf-tick" style={{ left: `${scale.toPx(tick.offsetNs)}px` }}>
          {tick.label}
        </span>
      ))}
      {hovered && (
        <span
          class="wf-brush"
          style={{
            left: `${Math.min(hovered.from, hovered.to)}px`,
            width: `${Math.abs(hovered.to - hovered.from)}px`,
          }}
        >
          {formatDuration(Math.abs(scale.toNs(hovered.to) - scale.toNs(hovered.from)))}
        </span>
      )}
    </div>
  );
}
