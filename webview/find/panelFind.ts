import type { FoundPlace } from '../../src/protocol/findApi.ts';
import type { Host } from '../protocol/host.ts';
import type { PanelSizes } from '../state/savedState.ts';
import type { Store } from '../state/store.ts';
import type { WaterfallModel } from '../waterfall/waterfallModel.ts';
import { FindModel, tabOf } from './findModel.ts';

/** The parts of the panel that finding acts on. */
export interface FindingPanel {
  readonly waterfall: WaterfallModel;
  readonly sizes: Store<PanelSizes>;
  readonly tab: Store<string>;
  readonly modelTab: Store<string>;
  /** Says something in the notice line. */
  readonly tell: (text: string) => void;
}

/**
 * Finding in a panel: rows are marked, and the details turn to the tab that shows what was found. What the user chose
 * there is back when the bar is closed.
 */
export function makeFind(host: Pick<Host, 'request'>, panel: FindingPanel): FindModel {
  const { waterfall, tab, modelTab } = panel;
  let chosen: { readonly tab: string; readonly modelTab: string } | undefined;
  const find = new FindModel({
    host,
    waterfall: {
      info: waterfall.info,
      selected: waterfall.selected,
      drawn: waterfall.drawn,
      rows: waterfall.rows,
      scroll: waterfall.scroll,
      viewChanged: (info) => waterfall.viewChanged(info),
      goTo: (rowId, row, info) => waterfall.goTo(rowId, row, info),
      redraw: () => waterfall.redraw(),
    },
    onFound: (places: readonly FoundPlace[]) => {
      const [first] = places;
      const shown = first && tabOf(first);
      if (shown === undefined || shown === '' || !panel.sizes.value.detailsShown) return;
      chosen ??= { tab: tab.value, modelTab: modelTab.value };
      tab.set(shown);
      modelTab.set(shown);
    },
    onOpen: (open) => {
      if (open || !chosen) return;
      tab.set(chosen.tab);
      modelTab.set(chosen.modelTab);
      chosen = undefined;
    },
    onFailed: (error) => panel.tell(error instanceof Error ? error.message : String(error)),
  });
  waterfall.marks = find;
  return find;
}
