import { formatDuration } from '../../src/core/layout/formatDuration.ts';
import type { VisibleRange } from '../../src/core/layout/timeScale.ts';
import { IconButton } from '../ui/IconButton.tsx';

export interface AreaLabelProps {
  readonly area: VisibleRange;
  /** Key that zooms to it, for the tooltip; empty for none. */
  readonly zoomKey: string;
  readonly onStatistics: () => void;
  readonly onZoom: () => void;
  readonly onClear: () => void;
}

/** What stands at a marked stretch: how long it is, and what can be done with it. */
export function AreaLabel({ area, zoomKey, onStatistics, onZoom, onClear }: AreaLabelProps) {
  return (
    <div class="wf-area-label">
      <span>{formatDuration(area.endNs - area.beginNs)}</span>
      <IconButton icon="graph" label="Statistics of the marked stretch" onClick={onStatistics} />
      <IconButton
        icon="zoom-in"
        label={`Zoom to the marked stretch${zoomKey === '' ? '' : ` (${zoomKey})`}`}
        onClick={onZoom}
      />
      <IconButton icon="close" label="Clear the marked stretch (Escape)" onClick={onClear} />
    </div>
  );
}
