import * as vscode from 'vscode';
import type { TraceSummary } from '../core/model/trace.ts';
import type { CommandId } from './contributions.ts';
import { TRACES_VIEW } from './contributions.ts';
import type { EngineClient } from './engineClient.ts';
import type { FilterKeeper } from './filterKeeper.ts';
import { askedFilter } from '../protocol/filterApi.ts';
import { setContextKey } from './contextKeys.ts';
import { journalMessage } from './journalText.ts';
import { plainLine } from './plainText.ts';
import type { ReceiverControl } from './receiverControl.ts';
import { formatClock } from '../core/layout/formatDuration.ts';
import { clockTime, traceDuration } from './shownTime.ts';
import type { Subscriptions } from './subscriptions.ts';

/** The tree shows the newest traces; the panel's list and `Open Trace by ID…` reach all. */
const SHOWN_TRACES = 500;

/** A trace in the tree; commands of its context menu get this object. */
export interface TraceItem {
  readonly trace: TraceSummary;
}

/** Holds the traces of programs that run in other windows' folders, the last one in the tree. */
interface OthersItem {
  readonly others: number;
}

type Item = TraceItem | OthersItem;

class TracesProvider implements vscode.TreeDataProvider<Item> {
  readonly #engine: EngineClient;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #counted = new vscode.EventEmitter<undefined>();
  /** {@link counts} are those of the list just read. */
  readonly onCounted = this.#counted.event;
  /** Shown traces by id. */
  readonly items = new Map<string, TraceItem>();
  readonly #ofOthers = new Set<string>();
  readonly #filters: FilterKeeper;
  #group: OthersItem | undefined;
  /** Traces that the filter lets through, of all; undefined without a filter. */
  counts: { readonly matched: number; readonly total: number } | undefined;

  constructor(engine: EngineClient, filters: FilterKeeper) {
    this.#engine = engine;
    this.#filters = filters;
  }

  refresh(): void {
    this.#changed.fire(undefined);
  }

  async getChildren(element?: Item): Promise<Item[]> {
    if (element && 'trace' in element) return [];
    const scope = element ? 'others' : 'workspace';
    const filter = askedFilter(this.#filters.book);
    const {
      traces,
      others = 0,
      matched,
      total,
    } = await this.#engine.request('traces/list', { limit: SHOWN_TRACES, scope, filter });
    if (!element) {
      this.counts = matched === undefined ? undefined : { matched, total };
      this.#counted.fire(undefined);
      this.items.clear();
      this.#ofOthers.clear();
    }
    const items = traces.map((trace): TraceItem => {
      const item = { trace };
      this.items.set(trace.traceId, item);
      if (element) this.#ofOthers.add(trace.traceId);
      return item;
    });
    if (element) return items;
    this.#group = others > 0 ? { others } : undefined;
    return this.#group ? [...items, this.#group] : items;
  }

  getParent(element: Item): Item | undefined {
    return 'trace' in element && this.#ofOthers.has(element.trace.traceId) ? this.#group : undefined;
  }

  getTreeItem(element: Item): vscode.TreeItem {
    return 'trace' in element ? traceTreeItem(element) : othersTreeItem(element);
  }
}

function othersTreeItem({ others }: OthersItem): vscode.TreeItem {
  const label = vscode.l10n.t('Other programs ({0})', others);
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = 'others';
  item.contextValue = 'others';
  item.iconPath = new vscode.ThemeIcon('folder');
  item.tooltip = vscode.l10n.t('Traces of programs that run in the folders of other windows');
  return item;
}

function traceTreeItem({ trace }: TraceItem): vscode.TreeItem {
  const item = new vscode.TreeItem(`${clockTime(trace.start)}  ${plainLine(trace.name, 120)}`);
  item.id = trace.traceId;
  item.description = `${traceDuration(trace)} · ${spanCount(trace)}${trace.pinned === true ? ` · ${vscode.l10n.t('pinned')}` : ''}`;
  item.contextValue = trace.pinned === true ? 'trace.pinned' : 'trace';
  item.iconPath = traceIcon(trace);
  item.tooltip = traceTooltip(trace);
  item.command = {
    command: 'spanline.openTrace' satisfies CommandId,
    title: vscode.l10n.t('Open'),
    arguments: [{ trace }],
  };
  item.accessibilityInformation = { label: `${plainLine(trace.name)}, ${traceDuration(trace)}, ${stateText(trace)}` };
  return item;
}

function traceIcon(trace: TraceSummary): vscode.ThemeIcon {
  if (trace.errorCount > 0) return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
  return trace.assembling
    ? new vscode.ThemeIcon('loading~spin')
    : new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'));
}

function spanCount({ spanCount: count }: TraceSummary): string {
  return count === 1 ? vscode.l10n.t('1 span') : vscode.l10n.t('{0} spans', count);
}

function stateText(trace: TraceSummary): string {
  if (trace.assembling) return vscode.l10n.t('still arriving');
  return trace.errorCount > 0 ? vscode.l10n.t('{0} errors', trace.errorCount) : vscode.l10n.t('ok');
}

/** A string, not Markdown: even escaped text becomes a link there when it looks like an address. */
function traceTooltip(trace: TraceSummary): string {
  const services = trace.services.map((service) => plainLine(service, 60)).join(', ');
  return [
    plainLine(trace.name),
    `${formatClock(trace.start, { utc: false, withMillis: true })} · ${traceDuration(trace)} · ${stateText(trace)}`,
    vscode.l10n.t('{0} spans in {1}', trace.spanCount, services),
    trace.traceId,
  ].join('\n');
}

/** The native `Traces` view: live, newest start first. */
export class TracesView {
  readonly #provider: TracesProvider;
  readonly #view: vscode.TreeView<Item>;
  readonly #filters: FilterKeeper;
  /** What the status says; the filter stands in front. */
  #state = '';
  #stale = false;

  constructor(engine: EngineClient, receiver: ReceiverControl, filters: FilterKeeper, subscriptions: Subscriptions) {
    this.#provider = new TracesProvider(engine, filters);
    this.#filters = filters;
    this.#view = vscode.window.createTreeView(TRACES_VIEW, {
      treeDataProvider: this.#provider,
      showCollapseAll: false,
    });
    subscriptions.push(
      this.#view,
      this.#view.onDidChangeVisibility(({ visible }) => {
        if (!visible) return;
        receiver.viewOpened();
        if (this.#stale) this.#refresh();
      }),
    );
    if (this.#view.visible) receiver.viewOpened();
    engine.on('traces/changed', () => this.#refresh());
    engine.on('status/changed', ({ paused, journal }) => {
      const text = paused ? vscode.l10n.t('Paused: new traces wait') : journalMessage(journal);
      this.#state = text;
      this.#showMessage();
    });
    subscriptions.push(
      this.#provider.onCounted(() => this.#showMessage()),
      filters.onChange(() => {
        this.#showFiltered();
        this.#refresh();
      }),
    );
    this.#showFiltered();
    engine.onStart((restarted) => {
      if (restarted) this.#refresh();
    });
  }

  /** True while the tree can be seen: the panel then hides its own list. */
  get visible(): boolean {
    return this.#view.visible;
  }

  /** Selects a trace without taking the focus, when the tree is visible and shows it. */
  async reveal(traceId: string): Promise<void> {
    const item = this.#provider.items.get(traceId);
    if (!item || !this.#view.visible) return;
    const selected = this.#view.selection[0];
    if (selected && 'trace' in selected && selected.trace.traceId === traceId) return;
    await this.#view.reveal(item, { select: true, focus: false });
  }

  #showFiltered(): void {
    setContextKey('spanline.filtered', askedFilter(this.#filters.book) !== '');
    this.#showMessage();
  }

  #showMessage(): void {
    const text = [this.#filterText(), this.#state].filter((each) => each !== '').join(' · ');
    if (this.#view.message !== text) this.#view.message = text;
  }

  #filterText(): string {
    const filter = plainLine(askedFilter(this.#filters.book), 60);
    if (filter === '') return '';
    const { counts } = this.#provider;
    if (counts === undefined) return vscode.l10n.t('Filtered: {0}', filter);
    if (counts.matched === 0 && counts.total > 0) {
      return vscode.l10n.t(
        'None of {0} traces matches {1}. Clear the filter in the title to see them.',
        counts.total,
        filter,
      );
    }
    return vscode.l10n.t('{0} of {1}: {2}', counts.matched, counts.total, filter);
  }

  #refresh(): void {
    this.#stale = !this.#view.visible;
    if (!this.#stale) this.#provider.refresh();
  }
}
