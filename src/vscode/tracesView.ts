import * as vscode from 'vscode';
import { WHOLE_LIST } from '../core/list/listQuery.ts';
import { PLAIN_PAGE } from '../protocol/listApi.ts';
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
import { formatClock, formatDuration } from '../core/layout/formatDuration.ts';
import { heldInTrace, type HeldPause } from '../core/layout/heldTime.ts';
import { clockTime, traceDuration } from './shownTime.ts';
import type { SilentRow } from './launch/silentRuns.ts';
import type { Subscriptions } from './subscriptions.ts';

/** The tree shows the newest traces; the panel's list and `Open Trace by ID…` reach all. */
const SHOWN_TRACES = 500;

/** A trace in the tree; commands of its context menu get this object. */
export interface TraceItem {
  readonly trace: TraceSummary;
}

/** Holds traces that are folded, behind the others in the tree: by a rule of noise, or of other windows' programs (no rule). */
interface FoldItem {
  readonly key: string;
  readonly rule: string;
  readonly count: number;
}

/** A run that sent nothing, above the traces. */
interface SilentItem {
  readonly silent: SilentRow;
}

type Item = TraceItem | FoldItem | SilentItem;

class TracesProvider implements vscode.TreeDataProvider<Item> {
  readonly #engine: EngineClient;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #counted = new vscode.EventEmitter<undefined>();
  /** {@link counts} are those of the list just read. */
  readonly onCounted = this.#counted.event;
  /** Shown traces by id. */
  readonly items = new Map<string, TraceItem>();
  /** Of the shown traces below a head: which. */
  readonly #headOf = new Map<string, FoldItem>();
  readonly #filters: FilterKeeper;
  /** Traces that the filter lets through, of all; undefined without a filter. */
  counts: { readonly matched: number; readonly total: number } | undefined;
  silent: SilentItem | undefined;
  /** When debuggers held a program. */
  pauses: readonly HeldPause[] = [];

  constructor(engine: EngineClient, filters: FilterKeeper) {
    this.#engine = engine;
    this.#filters = filters;
  }

  refresh(): void {
    this.#changed.fire(undefined);
  }

  async getChildren(element?: Item): Promise<Item[]> {
    if (element && !('rule' in element)) return [];
    const filter = askedFilter(this.#filters.book);
    const page = await this.#engine.request('traces/page', {
      query: { ...WHOLE_LIST, filter },
      scope: 'workspace',
      ...PLAIN_PAGE,
      count: SHOWN_TRACES,
      ...(element && { under: element.key }),
    });
    if (!element) {
      this.counts = filter === '' ? undefined : { matched: page.total, total: page.held };
      this.#counted.fire(undefined);
      this.items.clear();
      this.#headOf.clear();
    }
    const items = page.rows.flatMap((row): TraceItem[] => {
      if (row.kind !== 'trace') return [];
      const item = { trace: row.trace };
      this.items.set(row.trace.traceId, item);
      if (element) this.#headOf.set(row.trace.traceId, element);
      return [item];
    });
    return element ? items : [...(this.silent ? [this.silent] : []), ...items, ...page.folds];
  }

  getParent(element: Item): Item | undefined {
    return 'trace' in element ? this.#headOf.get(element.trace.traceId) : undefined;
  }

  getTreeItem(element: Item): vscode.TreeItem {
    if ('silent' in element) return silentTreeItem(element);
    return 'trace' in element ? traceTreeItem(element, this.pauses) : foldTreeItem(element);
  }
}

function silentTreeItem({ silent: { label, description, tooltip } }: SilentItem): vscode.TreeItem {
  const item = new vscode.TreeItem(label);
  item.id = 'silent';
  item.description = description;
  item.tooltip = tooltip;
  item.iconPath = new vscode.ThemeIcon('info');
  item.contextValue = 'silent';
  item.command = {
    command: 'spanline.explainSilentRun' satisfies CommandId,
    title: vscode.l10n.t('What to Do'),
  };
  item.accessibilityInformation = { label: `${label}, ${description}` };
  return item;
}

function foldTreeItem({ key, rule, count }: FoldItem): vscode.TreeItem {
  const isNoise = rule !== '';
  const label = isNoise
    ? `${plainLine(rule, 80)} · ${count.toLocaleString()}`
    : vscode.l10n.t('Other programs ({0})', count);
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = key;
  item.contextValue = isNoise ? 'noise' : 'others';
  item.iconPath = new vscode.ThemeIcon(isNoise ? 'fold' : 'folder');
  item.tooltip = isNoise
    ? vscode.l10n.t('Traces that a rule of spanline.noise.rules folds; those that failed are shown')
    : vscode.l10n.t('Traces of programs that run in the folders of other windows');
  return item;
}

function traceTreeItem({ trace }: TraceItem, pauses: readonly HeldPause[]): vscode.TreeItem {
  const held = heldInTrace(pauses, trace.start, trace.durationNs);
  const heldText = held === 0 ? '' : ` · ${vscode.l10n.t('includes {0} at a breakpoint', formatDuration(held))}`;
  const item = new vscode.TreeItem(`${clockTime(trace.start)}  ${plainLine(trace.name, 120)}`);
  item.id = trace.traceId;
  item.description = `${traceDuration(trace)}${heldText} · ${spanCount(trace)}${trace.pinned === true ? ` · ${vscode.l10n.t('pinned')}` : ''}`;
  item.contextValue = trace.pinned === true ? 'trace.pinned' : 'trace';
  item.iconPath = traceIcon(trace);
  item.tooltip = traceTooltip(trace, heldText);
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
function traceTooltip(trace: TraceSummary, heldText: string): string {
  const services = trace.services.map((service) => plainLine(service, 60)).join(', ');
  return [
    plainLine(trace.name),
    `${formatClock(trace.start, { utc: false, withMillis: true })} · ${traceDuration(trace)}${heldText} · ${stateText(trace)}`,
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
        // Those of the filter before.
        this.#provider.counts = undefined;
        this.#showFiltered();
        this.#refresh();
      }),
    );
    this.#showFiltered();
    const pausesAre = (pauses: readonly HeldPause[]): void => {
      this.#provider.pauses = pauses;
      this.#refresh();
    };
    engine.on('pauses/changed', ({ pauses }) => pausesAre(pauses));
    engine.onStart((restarted) => {
      if (restarted) this.#refresh();
      // Those of other windows, from before this one met the engine.
      engine.request('pauses/list', {}).then(
        ({ pauses }) => {
          if (pauses.length > 0) pausesAre(pauses);
        },
        () => undefined,
      );
    });
  }

  /** True while the tree can be seen: the panel then hides its own list. */
  get visible(): boolean {
    return this.#view.visible;
  }

  /** The row above the traces, of a run that sent nothing; undefined for none. */
  showSilent(row: SilentRow | undefined): void {
    this.#provider.silent = row && { silent: row };
    this.#refresh();
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
