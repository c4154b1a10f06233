import type { DetailsActions } from '../details/detailsActions.ts';
import { DetailsPane } from '../details/DetailsPane.tsx';
import type { PanelModel } from '../state/panelModel.ts';
import { heldOf, selfHeldOf } from '../waterfall/heldTime.ts';
import { criticalText } from '../waterfall/rowWords.ts';
import { useStore } from '../state/useStore.ts';

/** The details of the selected span, acting on the panel. */
export function SpanDetailsArea({ panel, onClose }: { readonly panel: PanelModel; readonly onClose: () => void }) {
  const state = useStore(panel.details.state);
  const plainTab = useStore(panel.tab);
  const modelTab = useStore(panel.modelTab);
  const held = useStore(panel.pauses.stretches);
  if (!state) return null;
  const hasModel = state.call !== null;
  const chosen = hasModel ? panel.modelTab : panel.tab;
  const row = panel.waterfall.rows.find(state.ref.spanId);
  const actions: DetailsActions = {
    copy: (text, what) => panel.copy(text, what),
    loadValue: (cut) => panel.loadValue(cut),
    openSource: (candidate, toSide) => panel.source.open(panel.selectedRef, candidate, toSide),
    openFrame: (stack, textStart) => panel.source.openFrame(state.ref, stack, textStart),
    openLog: (logIndex) => panel.source.openLog(state.ref, logIndex),
    showMore: (what) => panel.details.showMore(what),
    preferSource: (candidate) => panel.source.prefer(state.ref, candidate),
    searchSource: () => panel.source.search(state.ref),
    openPathMappings: () => panel.action('openPathMappings'),
    openTrace: (traceId, spanId) => void panel.openTrace(traceId, spanId, true),
  };
  return (
    <DetailsPane
      state={state}
      selfNs={row && (row.window.selfNs[row.index] ?? 0) - selfHeldOf(row, held)}
      heldNs={row ? heldOf(row, held) : 0}
      critical={row ? criticalText(row, panel.waterfall.info.value?.summary.durationNs ?? 0) : ''}
      actions={actions}
      tab={hasModel ? modelTab : plainTab}
      onTab={(id) => chosen.set(id)}
      onClose={onClose}
    />
  );
}
