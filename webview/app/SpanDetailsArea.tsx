import { DetailsPane } from '../details/DetailsPane.tsx';
import { useMemo } from 'preact/hooks';
import { CallAccessContext } from '../inference/callView.ts';
import type { PanelModel } from '../state/panelModel.ts';
import { NumbersContext } from '../inference/numbersModel.ts';
import { heldOf, selfHeldOf } from '../waterfall/heldTime.ts';
import { criticalText } from '../waterfall/rowWords.ts';
import { useStore } from '../state/useStore.ts';
import { detailsActionsOf } from './detailsActionsOf.ts';

/** The details of the selected span, acting on the panel. */
export function SpanDetailsArea({ panel, onClose }: { readonly panel: PanelModel; readonly onClose: () => void }) {
  const state = useStore(panel.details.state);
  const plainTab = useStore(panel.tab);
  const modelTab = useStore(panel.modelTab);
  const held = useStore(panel.pauses.stretches);
  const access = useMemo(() => state && panel.callAccess(state.ref), [panel, state?.ref]);
  const prices = useStore(panel.costs.prices);
  if (!state || !access) return null;
  const hasModel = state.call !== null;
  const chosen = hasModel ? panel.modelTab : panel.tab;
  const row = panel.waterfall.rows.find(state.ref.spanId);
  return (
    <NumbersContext.Provider value={panel.numbers}>
      <CallAccessContext.Provider value={access}>
        <DetailsPane
          state={state}
          selfNs={row && (row.window.selfNs[row.index] ?? 0) - selfHeldOf(row, held)}
          heldNs={row ? heldOf(row, held) : 0}
          critical={row ? criticalText(row, panel.waterfall.info.value?.summary.durationNs ?? 0) : ''}
          actions={detailsActionsOf(panel, state.ref)}
          prices={prices}
          tab={hasModel ? modelTab : plainTab}
          onTab={(id) => chosen.set(id)}
          onClose={onClose}
        />
      </CallAccessContext.Provider>
    </NumbersContext.Provider>
  );
}
