import { useStore } from '../state/useStore.ts';
import { AreaLabel } from '../waterfall/AreaLabel.tsx';
import type { FlameModel } from './flameModel.ts';

export interface FlameAreaProps {
  readonly model: FlameModel;
  /** Shows the statistics of the marked stretch. */
  readonly onStatistics: () => void;
}

/** Over boxes that stand in time: the stretch that is marked, the same as in the waterfall. */
export function FlameArea({ model, onStatistics }: FlameAreaProps) {
  const mode = useStore(model.mode);
  const area = useStore(model.area);
  useStore(model.window);
  useStore(model.live.answer);
  const { beginNs, endNs } = model.shown;
  if (mode !== 'time' || !area || endNs <= beginNs) return null;
  const perNs = model.widthPx / (endNs - beginNs);
  const left = Math.max(-2, (area.beginNs - beginNs) * perNs);
  const right = Math.min(model.widthPx + 2, (area.endNs - beginNs) * perNs);
  if (right < 0 || left > model.widthPx) return null;
  return (
    <div class="flame-area">
      <div class="wf-area" style={{ left: `${left}px`, width: `${Math.max(1, right - left)}px` }}>
        <AreaLabel
          area={area}
          zoomKey=""
          onStatistics={onStatistics}
          onZoom={() => model.showStretch(area)}
          onClear={() => model.clearArea()}
        />
      </div>
    </div>
  );
}
