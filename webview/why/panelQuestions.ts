import { GROUP_KEY } from '../../src/core/list/listQuery.ts';
import type { ChangeMarker } from '../../src/protocol/listApi.ts';
import type { TraceListModel } from '../list/traceListModel.ts';
import { MARKER_KEY, markerText } from '../plot/markerText.ts';
import type { PlotModel } from '../plot/plotModel.ts';
import type { Store } from '../state/store.ts';
import type { WaterfallModel } from '../waterfall/waterfallModel.ts';
import type { WhyModel } from './whyModel.ts';
import { changeQuestion, groupQuestion, listedQuestion, slowQuestion } from './whyQuestions.ts';

export interface QuestionedParts {
  readonly why: WhyModel;
  readonly list: TraceListModel;
  readonly plot: PlotModel;
  readonly waterfall: WaterfallModel;
  /** Whether clock times are in UTC. */
  readonly utc: Store<boolean>;
}

/** What can be asked “why these?” of, where the panel shows it. */
export class PanelQuestions {
  readonly #parts: QuestionedParts;

  constructor(parts: QuestionedParts) {
    this.#parts = parts;
  }

  /** Compares what the list shows (its filter and brush) with the traces that are left out. */
  askListed(): void {
    this.#parts.why.compare(listedQuestion(this.#parts.list.query));
  }

  /** Compares the traces of the open one's name that took about as long, or longer, with those that took less. */
  askSlow(): void {
    const summary = this.#parts.waterfall.info.value?.summary;
    if (summary) this.#parts.why.compare(slowQuestion(summary));
  }

  /** Compares a group of the list, by its head's key, with the other groups. */
  askGroup(key: string): void {
    const { query, page } = this.#parts.list;
    const { group } = query;
    if (group === '' || !key.startsWith(GROUP_KEY)) return;
    const heads = page.value.rows.flatMap((row) => (row.kind === 'group' ? [row.key.slice(GROUP_KEY.length)] : []));
    this.#parts.why.compare(groupQuestion({ ...query, group }, key.slice(GROUP_KEY.length), heads));
  }

  /** Compares what came after a change with what was before it. */
  askChange(marker: ChangeMarker): void {
    const { why, list, utc } = this.#parts;
    why.compare(changeQuestion(list.query, marker, markerText(marker, utc.value)));
  }

  /** What a context menu was opened on: the head of a group, or a change marker. Without, what is listed or open. */
  askOf(of: string): void {
    const { list, plot } = this.#parts;
    const marker = plot.state.value?.markers.find(({ id }) => of === MARKER_KEY + id);
    if (marker) this.askChange(marker);
    else if (of !== '') this.askGroup(of);
    else if (list.filter.value !== '' || list.brush.value !== null) this.askListed();
    else this.askSlow();
  }
}
