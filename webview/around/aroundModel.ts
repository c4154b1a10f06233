import { Store } from '../state/store.ts';
import { FlameModel } from './flameModel.ts';
import { GraphModel, type GraphDeps } from './graphModel.ts';
import { LogsModel, type LogsDeps } from './logsModel.ts';
import { StepsModel, type StepsDeps } from '../steps/stepsModel.ts';
import { StatisticsModel } from './statisticsModel.ts';
import type { TraceView } from './traceViews.ts';

/** Which view of the open trace is shown, and what the views beside the waterfall hold. */
export class AroundModel {
  readonly view: Store<TraceView>;
  readonly flame: FlameModel;
  readonly statistics: StatisticsModel;
  readonly graph: GraphModel;
  readonly logs: LogsModel;
  readonly steps: StepsModel;
  /** The view that is turned to takes the keyboard once it is drawn. */
  focusWanted = false;

  constructor(view: TraceView, deps: LogsDeps & GraphDeps & StepsDeps) {
    this.view = new Store(view);
    this.flame = new FlameModel(deps);
    this.graph = new GraphModel(deps);
    this.logs = new LogsModel(deps);
    this.steps = new StepsModel(deps);
    this.statistics = new StatisticsModel(deps);
  }
}
