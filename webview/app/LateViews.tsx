import { FlameView } from '../around/FlameView.tsx';
import { GraphView } from '../around/GraphView.tsx';
import { LogsView } from '../around/LogsView.tsx';
import { StatisticsView } from '../around/StatisticsView.tsx';
import type { TraceView } from '../around/traceViews.ts';
import { DistributionView } from '../distribution/DistributionView.tsx';
import { StepsView } from '../steps/StepsView.tsx';
import type { PanelModel } from '../state/panelModel.ts';
import { useStore } from '../state/useStore.ts';
import { WhyView } from '../why/WhyView.tsx';
import type { WaterfallViewProps } from '../waterfall/WaterfallView.tsx';
import { detailsActionsOf } from './detailsActionsOf.ts';

export interface OtherViewsProps extends Omit<WaterfallViewProps, 'onAreaStatistics'> {
  readonly panel: PanelModel;
  readonly view: TraceView;
  readonly binding: (of: TraceView) => (focus: (() => void) | undefined) => void;
}

/** The views of a trace besides the waterfall. */
export function OtherViews({ panel, view, binding, ...props }: OtherViewsProps) {
  const info = useStore(panel.waterfall.info);
  const selected = useStore(panel.waterfall.selected);
  return (
    <>
      {view === 'steps' && (
        <StepsView
          model={panel.around.steps}
          serviceOrder={panel.serviceOrder}
          letterKeys={props.letterKeys}
          actionsFor={(ref) => detailsActionsOf(panel, ref)}
          onShowKeys={props.onShowKeys}
          bindFocus={binding('steps')}
        />
      )}
      {view === 'flame' && (
        <FlameView
          model={panel.around.flame}
          palette={props.palette}
          services={info?.services ?? []}
          serviceOrder={panel.serviceOrder}
          letterKeys={props.letterKeys}
          onOpenSource={props.onOpenSource}
          onAreaStatistics={() => panel.showView('statistics')}
          bindFocus={binding('flame')}
        />
      )}
      {view === 'graph' && (
        <GraphView model={panel.around.graph} serviceOrder={panel.serviceOrder} bindFocus={binding('graph')} />
      )}
      {view === 'logs' && (
        <LogsView
          model={panel.around.logs}
          selected={selected}
          serviceOrder={panel.serviceOrder}
          bindFocus={binding('logs')}
        />
      )}
      {view === 'statistics' && (
        <StatisticsView
          model={panel.around.statistics}
          services={info?.services ?? []}
          serviceOrder={panel.serviceOrder}
          onCopy={(text, what) => panel.outside.copy(text, what)}
          onFilter={(filter) => panel.showFiltered(filter)}
          bindFocus={binding('statistics')}
        />
      )}
    </>
  );
}

/** What stands in the place of the trace while something is asked of several. */
export function QuestionView({ panel }: { readonly panel: PanelModel }) {
  const why = useStore(panel.why.question);
  return why ? (
    <WhyView model={panel.why} serviceOrder={panel.serviceOrder} />
  ) : (
    <DistributionView model={panel.distribution} />
  );
}
