import { useRef } from 'preact/hooks';
import { formatDuration } from '../../src/core/layout/formatDuration.ts';
import { heldNs, type HeldStretch } from '../../src/core/layout/heldTime.ts';
import type { ViewInfo } from '../../src/protocol/viewApi.ts';
import { VIEW_PANEL_ID } from '../around/ViewTabs.tsx';
import type { TraceView } from '../around/traceViews.ts';
import type { PanelModel } from '../state/panelModel.ts';
import type { Store } from '../state/store.ts';
import { useStore } from '../state/useStore.ts';
import { Icon } from '../ui/Icon.tsx';
import { useLateViews } from './lateViews.ts';
import { WaterfallView, type WaterfallViewProps } from '../waterfall/WaterfallView.tsx';

export interface TraceViewAreaProps extends Omit<WaterfallViewProps, 'onAreaStatistics'> {
  readonly panel: PanelModel;
}

/** The chosen view of the open trace. */
export function TraceViewArea({ panel, ...props }: TraceViewAreaProps) {
  const view = useStore(panel.around.view);
  const info = useStore(panel.waterfall.info);
  const Late = useLateViews();
  const bound = useRef<{ readonly view: TraceView; readonly focus: () => void } | undefined>(undefined);
  /** A view that goes may say so after the next has come: what that one bound stays. */
  const binding =
    (of: TraceView) =>
    (focus: (() => void) | undefined): void => {
      if (!focus && bound.current?.view !== of) return;
      bound.current = focus && { view: of, focus };
      props.bindFocus(focus);
      if (!focus || !panel.around.focusWanted) return;
      panel.around.focusWanted = false;
      focus();
    };
  return (
    <div class="trace-view" id={VIEW_PANEL_ID} role="tabpanel" aria-labelledby={`view-${view}`}>
      {view === 'waterfall' && (
        <WaterfallView
          {...props}
          onAreaStatistics={() => panel.showView('statistics')}
          bindFocus={binding('waterfall')}
        />
      )}
      <HeldNote info={info} held={props.held} view={view} />
      {view !== 'waterfall' && Late && <Late.OtherViews {...props} panel={panel} view={view} binding={binding} />}
    </div>
  );
}

/** Views other than the waterfall count what was sent. */
function HeldNote({
  info,
  held,
  view,
}: {
  readonly info: ViewInfo | undefined;
  readonly held: Store<readonly HeldStretch[]>;
  readonly view: TraceView;
}) {
  const heldTime = heldNs(useStore(held), 0, info?.summary.durationNs ?? 0);
  if (heldTime === 0 || view === 'waterfall' || view === 'logs') return null;
  return (
    <div class="held-note" role="note">
      <Icon name="debug-pause" />
      {` Times here are as sent: they include ${formatDuration(heldTime)} at a breakpoint.`}
    </div>
  );
}
