import { formatExactClock, formatOffset } from '../../src/core/layout/formatDuration.ts';
import type { TimeScale } from '../../src/core/layout/timeScale.ts';
import type { NanosText } from '../../src/core/model/time.ts';
import { useStore } from '../state/useStore.ts';
import { AreaLabel } from './AreaLabel.tsx';
import type { ZoomModel } from './zoomModel.ts';

export interface TimeOverlayProps {
  readonly zoom: ZoomModel;
  /** The trace's start, ns since the epoch. */
  readonly start: NanosText;
  readonly utc: boolean;
  /** Shows the statistics of the marked stretch. */
  readonly onAreaStatistics: () => void;
}

/** The finest step of a power of ten that a pixel can tell, in whole nanoseconds. */
function pixelStepNs(scale: TimeScale): number {
  return Math.max(1, 10 ** Math.floor(Math.log10(scale.nsPerPx)));
}

/** Over ruler and rows: the marked stretch as a band, and a line with the time under the pointer. */
export function TimeOverlay({ zoom, start, utc, onAreaStatistics }: TimeOverlayProps) {
  return (
    <div class="wf-time">
      <AreaBand zoom={zoom} onStatistics={onAreaStatistics} />
      <HoverLine zoom={zoom} start={start} utc={utc} />
    </div>
  );
}

function AreaBand({ zoom, onStatistics }: { readonly zoom: ZoomModel; readonly onStatistics: () => void }) {
  const scale = useStore(zoom.scale);
  const area = useStore(zoom.selection.area);
  if (!area) return null;
  const left = Math.max(-2, scale.toPx(area.beginNs));
  const right = Math.min(scale.widthPx + 2, scale.toPx(area.endNs));
  if (right < 0 || left > scale.widthPx) return null;
  return (
    <div class="wf-area" style={{ left: `${left}px`, width: `${Math.max(1, right - left)}px` }}>
      <AreaLabel
        area={area}
        zoomKey="Z"
        onStatistics={onStatistics}
        onZoom={() => zoom.showArea()}
        onClear={() => zoom.selection.clear()}
      />
    </div>
  );
}

function HoverLine({ zoom, start, utc }: Omit<TimeOverlayProps, 'onAreaStatistics'>) {
  const scale = useStore(zoom.scale);
  const hovered = useStore(zoom.hovered);
  if (hovered === undefined || hovered < scale.range.beginNs || hovered > scale.range.endNs) return null;
  const step = pixelStepNs(scale);
  const offsetNs = Math.round(hovered / step) * step;
  const left = scale.toPx(hovered);
  return (
    <div class={`wf-hover ${left > scale.widthPx / 2 ? 'to-left' : ''}`} style={{ left: `${left}px` }}>
      <span class="wf-hover-label">
        {formatOffset(offsetNs, step)}
        <span class="wf-hover-clock">
          {formatExactClock(start, offsetNs, step, { utc })}
          {utc ? ' UTC' : ''}
        </span>
      </span>
    </div>
  );
}
