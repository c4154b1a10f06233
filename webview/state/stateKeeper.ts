import type { AroundModel } from '../around/aroundModel.ts';
import type { TraceListModel } from '../list/traceListModel.ts';
import { spanOfRow } from '../../src/protocol/rowApi.ts';
import type { WaterfallModel } from '../waterfall/waterfallModel.ts';
import type { FollowMode } from './followMode.ts';
import type { PanelSizes, SavedState } from './savedState.ts';
import type { ServiceOrder } from './serviceOrder.ts';
import type { Store } from './store.ts';

/** Scrolling and zooming change the place with every frame; it is kept this often at most. */
const SAVE_AFTER_MS = 250;

/** Parts of the panel whose state outlives the page. */
export interface KeptParts {
  readonly waterfall: WaterfallModel;
  readonly list: TraceListModel;
  readonly around: AroundModel;
  readonly follow: FollowMode;
  readonly serviceOrder: ServiceOrder;
  readonly sizes: Store<PanelSizes>;
  readonly utc: Store<boolean>;
  readonly rawText: Store<boolean>;
  readonly tab: Store<string>;
  readonly modelTab: Store<string>;
}

/** Keeps what the user sees across reloads of the page. */
export class StateKeeper {
  readonly #parts: KeptParts;
  readonly #write: (state: SavedState) => void;
  #due: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: KeptParts, write: (state: SavedState) => void) {
    this.#parts = parts;
    this.#write = write;
  }

  /** Saves with every change of what does not change with every frame. */
  watch(): void {
    const { list, sizes, utc, rawText, tab, modelTab, waterfall, around, follow } = this.#parts;
    waterfall.drawn.subscribe(() => this.#saveSoon());
    for (const store of [
      list.settings,
      sizes,
      utc,
      rawText,
      tab,
      modelTab,
      waterfall.critical,
      waterfall.columns,
      around.view,
      follow.on,
    ]) {
      store.subscribe(() => this.save());
    }
  }

  save(): void {
    const { waterfall, serviceOrder, sizes, list, utc, rawText, tab, modelTab, around, follow } = this.#parts;
    // The order of colours is made here too: by the trace, not by which row is drawn first.
    for (const name of waterfall.info.value?.services ?? []) serviceOrder.placeOf(name);
    this.#write({
      traceId: waterfall.traceId,
      spanId: waterfall.phase.value.kind === 'open' ? spanOfRow(waterfall.selected.value) : '',
      sizes: sizes.value,
      list: list.settings.value,
      utc: utc.value,
      rawText: rawText.value,
      services: serviceOrder.names,
      tab: tab.value,
      modelTab: modelTab.value,
      view: around.view.value,
      critical: waterfall.critical.value,
      follow: follow.on.value,
      columns: waterfall.columns.value,
      place: waterfall.place,
    });
  }

  /** A page may go at any time without a word: where the user looks is kept soon after it changed. */
  #saveSoon(): void {
    this.#due ??= setTimeout(() => this.saveDue(), SAVE_AFTER_MS);
  }

  /** Keeps at once what is still to be kept: the page loses the keyboard, which may be the last it hears. */
  saveDue(): void {
    if (this.#due === undefined) return;
    clearTimeout(this.#due);
    this.#due = undefined;
    if (this.#parts.waterfall.phase.value.kind === 'open') this.save();
  }
}
