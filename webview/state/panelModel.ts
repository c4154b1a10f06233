import { parseSpanId, parseTraceId, type SpanId, type TraceId } from '../../src/core/model/ids.ts';
import type { SpanRef } from '../../src/core/model/span.ts';
import { spanOfRow, type RowOptions } from '../../src/protocol/rowApi.ts';
import type { EngineStatus } from '../../src/protocol/engineApi.ts';
import type { PaletteChoice } from '../../src/protocol/looksApi.ts';
import type { HostAction, PanelInit } from '../../src/protocol/panelApi.ts';
import { AroundModel } from '../around/aroundModel.ts';
import type { TraceView } from '../around/traceViews.ts';
import { FilterModel } from '../filter/filterModel.ts';
import { DetailsModel } from '../details/detailsModel.ts';
import { SourceMoves } from '../details/sourceMoves.ts';
import type { FindModel } from '../find/findModel.ts';
import { makeFollower } from '../follow/panelFollower.ts';
import type { ValueFollower } from '../follow/valueFollower.ts';
import { markFound } from '../find/findMarks.ts';
import { makeFind } from '../find/panelFind.ts';
import { clearTraces } from '../list/clearing.ts';
import { TraceListModel } from '../list/traceListModel.ts';
import { PlotModel } from '../plot/plotModel.ts';
import type { CallAccess } from '../inference/callView.ts';
import { DistributionModel } from '../distribution/distributionModel.ts';
import { NumbersModel } from '../inference/numbersModel.ts';
import type { Host } from '../protocol/host.ts';
import { PanelQuestions } from '../why/panelQuestions.ts';
import { WhyModel } from '../why/whyModel.ts';
import { MinimapModel } from '../waterfall/minimapModel.ts';
import { hasFlag } from '../waterfall/rowCache.ts';
import { NO_PLACE, type ViewPlace } from '../waterfall/viewPlace.ts';
import { WaterfallModel } from '../waterfall/waterfallModel.ts';
import type { Notice } from './notice.ts';
import type { PanelSizes, SavedState } from './savedState.ts';
import { CostModel } from './costModel.ts';
import { FollowMode } from './followMode.ts';
import { HostActions } from './hostActions.ts';
import { LooksModel } from './looksModel.ts';
import { runCommand } from './panelCommands.ts';
import { PauseModel } from './pauseModel.ts';
import { ServiceOrder } from './serviceOrder.ts';
import { StateKeeper } from './stateKeeper.ts';
import { Store } from './store.ts';
import { TraceHistory, type TracePlace } from './traceHistory.ts';

export interface PanelDeps {
  readonly host: Host;
  /** Milliseconds of a steady clock. */
  readonly now: () => number;
  readonly saved: SavedState;
  readonly save: (state: SavedState) => void;
  /** Moves the keyboard into the waterfall. */
  readonly focusTree: () => void;
}

/** Until the host has said how rows are put together. */
const DEFAULT_ROWS: RowOptions = { foldAlike: 20, messagesAsRows: false };
const HOST_AWAY = 'The extension did not answer.';

/** What the panel shows, and how its parts act on each other. */
export class PanelModel {
  readonly init = new Store<PanelInit | undefined>(undefined);
  readonly status = new Store<EngineStatus | undefined>(undefined);
  readonly notice = new Store<Notice | undefined>(undefined);
  readonly sizes: Store<PanelSizes>;
  /** The details' tab chosen last on a span without model input or output, and on one with: Input stays first there. */
  readonly tab = new Store('');
  readonly modelTab = new Store('');
  /** Clock times in UTC instead of the machine's zone. */
  readonly utc: Store<boolean>;
  /** Text of model calls as it was sent instead of rendered Markdown. */
  readonly rawText: Store<boolean>;
  readonly palette = new Store<PaletteChoice>('theme');
  readonly costs: CostModel;
  readonly looks: LooksModel;
  readonly serviceOrder: ServiceOrder;
  readonly list: TraceListModel;
  readonly history = new TraceHistory();
  readonly filter: FilterModel;
  readonly plot: PlotModel;
  readonly waterfall: WaterfallModel;
  readonly pauses: PauseModel;
  readonly minimap: MinimapModel;
  readonly details: DetailsModel;
  readonly numbers: NumbersModel;
  readonly around: AroundModel;
  readonly follow: FollowMode;
  readonly why: WhyModel;
  readonly distribution: DistributionModel;
  readonly find: FindModel;
  readonly values: ValueFollower;
  /** Ways to the source. */
  readonly source: SourceMoves;
  readonly questions: PanelQuestions;
  /** Ways out of the page. */
  readonly outside: HostActions;
  readonly #deps: PanelDeps;
  #evicted = 0;
  readonly #keeper: StateKeeper;

  constructor(deps: PanelDeps) {
    this.#deps = deps;
    this.looks = new LooksModel(deps.host, this.palette);
    this.outside = new HostActions({
      host: deps.host,
      tell: (text) => this.tell(text),
      onFailed: (error) => this.#failed(error),
    });
    this.sizes = new Store(deps.saved.sizes);
    this.follow = new FollowMode(deps.host, (error) => this.#failed(error));
    this.follow.on.set(deps.saved.follow);
    this.utc = new Store(deps.saved.utc);
    this.rawText = new Store(deps.saved.rawText);
    this.serviceOrder = new ServiceOrder(deps.saved.services);
    this.tab.set(deps.saved.tab);
    this.modelTab.set(deps.saved.modelTab);
    this.list = new TraceListModel(deps.host, deps.saved.list);
    this.filter = new FilterModel({
      host: deps.host,
      timers: { set: (callback, ms) => setTimeout(callback, ms), clear: (handle) => clearTimeout(handle as number) },
    });
    this.filter.asked.subscribe(() => this.list.filter.set(this.filter.asked.value));
    // What else of the page filters by shows in the bar.
    this.list.filter.subscribe(() => {
      const wanted = this.list.filter.value;
      if (wanted === this.filter.asked.value) return;
      if (wanted === '') this.filter.clear();
      else this.filter.use(wanted);
    });
    this.plot = new PlotModel(deps.host, this.list);
    this.list.page.subscribe(() => void this.plot.refresh());
    for (const store of [this.list.brush, this.list.filter]) store.subscribe(() => void this.plot.refresh(true));
    this.details = new DetailsModel(deps.host, deps.now);
    this.numbers = new NumbersModel({
      host: deps.host,
      list: this.list,
      notice: this.notice,
      showDistribution: (kind, measure) => this.distribution.open({ kind, measure }),
    });
    this.details.state.subscribe(() => {
      const shown = this.details.state.value;
      this.numbers.show(shown?.ref, shown?.call ?? null);
    });
    this.waterfall = new WaterfallModel({
      host: deps.host,
      now: deps.now,
      rowOptions: () => this.init.value?.rows ?? DEFAULT_ROWS,
      onNothingThere: (message) => this.tell(message),
    });
    this.source = new SourceMoves({
      host: deps.host,
      notice: this.notice,
      showTried: () => this.#showTab('source'),
      onPreferred: () => this.details.resolveAgain(),
      onFailed: (error) => this.#failed(error),
    });
    this.costs = new CostModel(deps.host, this.init, this.waterfall.info);
    this.pauses = new PauseModel(deps.host, this.waterfall.info);
    this.around = new AroundModel(deps.saved.view, {
      host: deps.host,
      waterfall: this.waterfall,
      list: this.list,
      tell: (message) => this.tell(message),
      openLog: (ref, logIndex) => this.source.openLog(ref, logIndex),
      openSource: (toSide) => this.source.open(this.selectedRef, -1, toSide),
      showSide: (side) => this.modelTab.set(side === 'inputs' ? 'input' : 'output'),
      openSpan: ({ traceId, spanId }) => void this.openTrace(traceId, spanId, false),
    });
    this.why = new WhyModel({
      host: deps.host,
      openSpan: ({ traceId, spanId }) => {
        this.notice.set({
          text: 'An example of the comparison.',
          level: 'info',
          action: { label: 'Back to Why These?', run: () => this.why.back() },
        });
        void this.openTrace(traceId, spanId, true);
      },
      showFiltered: (filter) => this.showFiltered(filter),
      closed: () => this.#deps.focusTree(),
    });
    this.distribution = new DistributionModel({
      host: deps.host,
      list: this.list,
      openSpan: ({ traceId, spanId }) => {
        this.notice.set({
          text: 'A call of the distribution.',
          level: 'info',
          action: { label: 'Back to the Distribution', run: () => this.distribution.back() },
        });
        void this.openTrace(traceId, spanId, true);
      },
      filterBy: (filter) => this.list.filter.set(filter),
      closed: () => this.#deps.focusTree(),
    });
    this.find = makeFind(deps.host, this);
    this.values = makeFollower(deps.host, this);
    this.minimap = new MinimapModel({
      host: deps.host,
      info: this.waterfall.info,
      now: deps.now,
      timers: { set: (callback, ms) => setTimeout(callback, ms), clear: (handle) => clearTimeout(handle as number) },
    });
    markFound(deps.host, this.find, this.minimap);
    this.waterfall.critical.set(deps.saved.critical);
    this.waterfall.columns.set(deps.saved.columns);
    this.waterfall.selected.subscribe(() => this.#selectionChanged());
    this.waterfall.phase.subscribe(() => this.#selectionChanged());
    this.questions = new PanelQuestions(this);
    this.#keeper = new StateKeeper(this, deps.save);
    this.#keeper.watch();
  }

  /** First call: says hello to the host and shows what it answers, or the newest trace. */
  async start(): Promise<void> {
    this.#listen();
    const { traceId, spanId, place } = this.#deps.saved;
    try {
      const init = await this.#deps.host.request('panel/ready', {
        state: traceId === '' ? null : { traceId, spanId },
        ...(place.viewId >= 0 && { viewId: place.viewId }),
      });
      this.init.set(init);
      this.palette.set(init.palette ?? 'theme');
      void this.pauses.load();
      this.#takeStatus(await this.#deps.host.request('engine/status', {}));
      if (init.show.traceId !== '') {
        // Of another trace, or another span of it, than this page left: that is to be shown, wherever it is.
        const same = init.show.traceId === traceId && init.show.spanId === spanId;
        void this.openTrace(init.show.traceId, init.show.spanId, init.focus, same ? place : NO_PLACE);
      }
      this.filter.take(await this.#deps.host.request('filter/book', {}));
      await this.list.refresh();
      this.#showNewestWhenEmpty();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Opens a trace of the list or of a link. */
  async openTrace(traceId: TraceId, spanId: SpanId | '', focus: boolean, place: ViewPlace = NO_PLACE): Promise<void> {
    if (this.waterfall.traceId === traceId && this.waterfall.phase.value.kind === 'open') {
      if (spanId !== '' && !(await this.waterfall.reveal(spanId))) this.tell('That span is not in this trace.');
    } else {
      const here = this.#place;
      if (here) this.history.left(here);
      await this.waterfall.open(traceId, spanId, place);
    }
    if (focus) this.#deps.focusTree();
  }

  /** Goes to the trace that was open before, or on again. */
  go(direction: 'back' | 'forward'): void {
    const here = this.#place;
    const place = here && (direction === 'back' ? this.history.back(here) : this.history.forward(here));
    if (place) void this.waterfall.open(place.traceId, place.spanId);
    else this.tell(direction === 'back' ? 'No trace was open before this one.' : 'There is no trace to go on to.');
  }

  /** Lists the traces that a filter lets through. */
  showFiltered(filter: string): void {
    this.list.brush.set(null);
    this.list.filter.set(filter);
    if (this.sizes.value.list === 'hidden') this.sizes.set({ ...this.sizes.value, list: 'shown' });
  }

  /** Turns to a view of the trace and gives it the keyboard. */
  showView(view: TraceView): void {
    this.around.focusWanted = true;
    if (view === this.around.view.value) this.#deps.focusTree();
    else this.around.view.set(view);
  }

  /** Asks the host for one of its fixed actions. */
  action(action: HostAction): void {
    this.#deps.host.request('panel/action', { action }).catch((error: unknown) => this.#failed(error));
  }

  /** Folds traces like this one from now on; the host tells of the rule it made. */
  hideLikeThis(traceId: TraceId): void {
    this.#deps.host.request('list/hideLikeThis', { traceId }).catch((error: unknown) => this.#failed(error));
  }

  /** Hides everything before now. */
  clear(): Promise<void> {
    return clearTraces({
      host: this.#deps.host,
      list: this.list,
      waterfall: this.waterfall,
      notice: this.notice,
      onFailed: (error) => this.#failed(error),
    });
  }

  /** A saved filter was deleted: undo stands in the notice line. */
  filterRemoved(name: string, undo: () => void): void {
    this.notice.set({
      text: `Deleted the filter ${name}.`,
      level: 'info',
      action: {
        label: 'Undo',
        run: () => {
          undo();
          this.notice.set(undefined);
        },
      },
    });
  }

  /** Opens what the selected span links to or is linked from; of several, and of what is not held, shows the list. */
  followLinks(): void {
    const row = this.waterfall.selectedRow;
    const { details, ref } = this.details.state.value ?? {};
    const [only, ...others] =
      details && ref?.spanId === this.waterfall.selected.value
        ? [...details.links.filter(({ known }) => known), ...(details.linkedFrom?.spans ?? [])]
        : [];
    const traceId = only && parseTraceId(only.traceId);
    if (traceId && others.length === 0) void this.openTrace(traceId, parseSpanId(only.spanId) ?? '', true);
    else if (row && (hasFlag(row, 'hasLinks') || hasFlag(row, 'linkedTo'))) this.#showTab('links');
    else this.tell('The span has no links.');
  }

  /** What the details of a span ask of the engine. */
  callAccess(ref: SpanRef): CallAccess {
    const { host } = this.#deps;
    return { ref, request: (method, params, options) => host.request(method, params, options), raw: this.rawText };
  }

  /** Says something in the notice line for a while. */
  tell(text: string): void {
    this.notice.set({ text, level: 'info' });
  }

  get #place(): TracePlace | undefined {
    const phase = this.waterfall.phase.value;
    if (phase.kind === 'empty') return undefined;
    return { traceId: phase.traceId, spanId: spanOfRow(this.waterfall.selected.value) };
  }

  /** Keeps at once what is still to be kept: the page loses the keyboard, which may be the last it hears. */
  saveDue(): void {
    this.#keeper.saveDue();
  }

  get selectedRef(): SpanRef | undefined {
    const spanId = spanOfRow(this.waterfall.selected.value);
    const phase = this.waterfall.phase.value;
    return spanId === '' || phase.kind !== 'open' ? undefined : { traceId: phase.traceId, spanId };
  }

  #listen(): void {
    const { host } = this.#deps;
    host.on('status/changed', (status) => this.#takeStatus(status));
    host.on('traces/changed', () => {
      void this.list.refresh();
    });
    host.on('view/changed', (info) => {
      this.waterfall.viewChanged(info);
      if (info.viewId === this.waterfall.info.value?.viewId) this.details.refreshSoon();
    });
    host.on('panel/show', ({ traceId, spanId, focus }) => {
      if (traceId !== '') void this.openTrace(traceId, spanId, focus);
    });
    host.on('panel/command', ({ command }) => runCommand(this, command, this.#deps.focusTree));
    host.on('panel/why', ({ of }) => this.questions.askOf(of));
    host.on('panel/palette', ({ palette }) => this.palette.set(palette));
    host.on('filter/changed', (book) => this.filter.take(book));
    host.on('source/indexChanged', () => this.details.resolveAgain());
    host.on('engine/restarted', ({ moved }) => {
      this.notice.set({
        text: moved
          ? 'The window that held the traces was closed, and another took over. What is kept on disk is read back.'
          : 'The trace engine was restarted. What is kept on disk is read back; new traces are received as before.',
        level: moved ? 'info' : 'error',
        action: { label: 'Show Log', run: () => this.action('showLog') },
      });
      // Views of the engine before are void.
      this.#readAgain();
    });
    this.list.list.subscribe(() => this.#showNewestWhenEmpty());
  }

  /** Asks anew for everything that is shown. */
  #readAgain(): void {
    const phase = this.waterfall.phase.value;
    if (phase.kind !== 'empty') {
      void this.waterfall.open(phase.traceId, spanOfRow(this.waterfall.selected.value), {
        ...this.waterfall.place,
        viewId: -1,
      });
    }
    void this.list.refresh();
  }

  /** With nothing open, what arrives is what the user waits for. Never after that: what is open stays. */
  #showNewestWhenEmpty(): void {
    const newest = this.list.list.value.traces[0];
    if (newest && this.waterfall.phase.value.kind === 'empty' && this.init.value) {
      void this.waterfall.open(newest.traceId, '');
    }
  }

  #takeStatus(status: EngineStatus): void {
    // Log records of a span change no row of it: nothing else tells that they came.
    if (status.logs !== this.status.value?.logs) {
      this.details.refreshSoon();
      this.around.logs.refreshSoon();
      this.around.steps.refreshSoon();
    }
    const flipped = this.status.value !== undefined && this.status.value.contentHidden !== status.contentHidden;
    this.status.set(status);
    if (flipped) {
      // Also what is kept of it on this page is another now.
      for (const model of [this.numbers, this.distribution, this.why]) model.contentFlipped();
      this.details.reload();
      this.#readAgain();
    }
    if (status.evictedSpans > this.#evicted) void this.waterfall.check();
    this.#evicted = status.evictedSpans;
  }

  #showTab(tab: string): void {
    this.tab.set(tab);
    this.modelTab.set(tab);
    if (!this.sizes.value.detailsShown) this.sizes.set({ ...this.sizes.value, detailsShown: true });
  }

  #selectionChanged(): void {
    const ref = this.selectedRef;
    if (this.waterfall.phase.value.kind === 'opening') return;
    this.details.show(ref);
    this.follow.selected(ref);
    this.#keeper.save();
    const { traceId } = this.waterfall;
    this.#deps.host.request('panel/selected', { traceId, spanId: ref?.spanId ?? '' }).catch(() => {
      // Only the tree's selection follows this; the next selection says it again.
    });
  }

  #failed(error: unknown): void {
    const text = error instanceof Error && error.message !== '' ? error.message : HOST_AWAY;
    this.notice.set({
      text,
      level: 'error',
      action: { label: 'Show Log', run: () => this.action('showLog') },
    });
  }
}
