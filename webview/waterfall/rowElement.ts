import { formatDuration } from '../../src/core/layout/formatDuration.ts';
import type { TraceId } from '../../src/core/model/ids.ts';
import { isGroupId, type RowId } from '../../src/protocol/rowApi.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { FOUND_ROW } from '../../src/protocol/findApi.ts';
import { serviceColor } from './palette.ts';
import { cellText, columnKind, type RowColumn } from './rowColumns.ts';
import { depthOf, groupOf, hasFlag, rowIdOf, type RowRef } from './rowCache.ts';
import { heldOf, selfHeldOf } from './heldTime.ts';
import {
  durationText,
  kindOf,
  linksTitle,
  rowDetail,
  rowName,
  rowSpoken,
  rowTitle,
  stateOf,
  type TraceWords,
} from './rowWords.ts';
import { ROW_HEIGHT_PX } from './virtualScroll.ts';
import type { WaterfallModel } from './waterfallModel.ts';

/** Indentation of a level, as in VS Code's trees. */
const INDENT_PX = 8;
/** Deeper levels stand at the same place and say their depth: names must stay readable in chains of thousands. */
const DEEPEST_INDENT = 24;
/** Indentation takes at most this part of the name column. */
const MOST_INDENT_SHARE = 1 / 3;

/** Levels that are indented in a name column of this width. */
export function deepestIndent(nameWidthPx: number): number {
  return Math.min(DEEPEST_INDENT, Math.floor((nameWidthPx * MOST_INDENT_SHARE) / INDENT_PX));
}

/** What a row needs to know besides its window. */
export interface RowContext extends TraceWords {
  readonly traceId: TraceId | '';
  /** Place of each of the services in the order of colours. */
  readonly servicePlaces: readonly number[];
  readonly selected: RowId | '';
  /** Levels beyond it stand at its place and say their depth. */
  readonly deepestIndent: number;
  /** Columns that have room, and the same as one text. */
  readonly columns: readonly RowColumn[];
  readonly columnsKey: string;
  /** What finding says of the rows. */
  readonly marks: WaterfallModel['marks'];
}

function element(tag: string, className: string): HTMLElement {
  const created = document.createElement(tag);
  created.className = className;
  return created;
}

/** What a row that is not here yet has none of. */
const SPAN_ATTRIBUTES = [
  'aria-level',
  'aria-posinset',
  'aria-setsize',
  'aria-expanded',
  'aria-selected',
  'aria-label',
  'data-vscode-context',
  'title',
];

/** The row of heads comes first. */
const FIRST_ROW_INDEX = 2;

/** One recycled row of the treegrid. All text is set as text nodes; attributes carry ids and numbers only. */
export class RowElement {
  readonly root = element('div', 'wf-row');
  rowId: RowId | '' = '';
  hasChildren = false;
  expanded = false;
  readonly #guides = element('span', 'wf-guides');
  readonly #chevron = element('span', 'wf-chevron codicon');
  readonly #service = element('span', 'wf-service');
  readonly #state = element('span', 'wf-state codicon');
  readonly #kind = element('span', 'wf-kind');
  readonly #name = element('span', 'wf-name');
  readonly #label = element('span', 'wf-label');
  readonly #links = element('span', 'wf-links');
  readonly #bar = element('div', 'wf-bar-cell');
  readonly #nameCell = element('div', 'wf-name-cell');
  readonly #left = element('div', 'wf-left');
  readonly #cells: HTMLElement[] = [];
  #signature = '';

  constructor(poolIndex: number) {
    this.root.id = `wf-row-${poolIndex}`;
    this.root.setAttribute('role', 'row');
    this.#nameCell.setAttribute('role', 'gridcell');
    this.#bar.setAttribute('role', 'gridcell');
    this.#chevron.setAttribute('aria-hidden', 'true');
    this.#nameCell.append(
      this.#guides,
      this.#chevron,
      this.#service,
      this.#state,
      this.#kind,
      this.#name,
      this.#label,
      this.#links,
    );
    this.#left.append(this.#nameCell);
    this.#left.setAttribute('role', 'presentation');
    this.root.append(this.#left, this.#bar);
  }

  /** Places the row; `basePx` keeps numbers small in very tall content. */
  place(row: number, basePx: number): void {
    this.root.style.transform = `translateY(${row * ROW_HEIGHT_PX - basePx}px)`;
  }

  /** A row that is not here yet. */
  showPlaceholder(row: number): void {
    const signature = `placeholder ${row}`;
    if (this.#signature === signature) return;
    this.#signature = signature;
    this.rowId = '';
    this.hasChildren = false;
    this.root.className = 'wf-row placeholder';
    this.root.setAttribute('aria-rowindex', String(row + FIRST_ROW_INDEX));
    for (const name of SPAN_ATTRIBUTES) this.root.removeAttribute(name);
    this.#name.textContent = '';
    this.#label.textContent = '';
    this.#state.className = 'wf-state';
    this.#kind.className = 'wf-kind';
    this.#links.className = 'wf-links';
    this.#chevron.className = 'wf-chevron';
    this.#guides.style.width = '0';
    this.#service.style.backgroundColor = '';
    for (const cell of this.#cells) cell.textContent = '';
    this.#bar.setAttribute('aria-label', 'Loading');
  }

  show(ref: RowRef, context: RowContext): void {
    const rowId = rowIdOf(ref);
    const { window, index, row } = ref;
    const selected = context.selected === rowId;
    const assembling = context.assembling;
    const bits = context.marks.bitsOf(row);
    const found = bits ?? 0;
    const stepsBack = context.marks.dimsOthers && bits !== undefined && (found & FOUND_ROW.found) === 0;
    // Revisions are counted by view.
    const signature = `${window.viewId} ${found} ${String(stepsBack)} ${window.revision} ${row} ${rowId} ${String(selected)} ${String(assembling)} ${context.deepestIndent} ${context.columnsKey} ${window.columns.join()} ${window.flags[index] ?? 0} ${heldOf(ref, context.held)}`;
    if (this.#signature === signature) return;
    this.#signature = signature;
    this.rowId = rowId;
    this.hasChildren = hasFlag(ref, 'hasChildren');
    this.expanded = hasFlag(ref, 'expanded');
    const error = hasFlag(ref, 'error');
    const group = groupOf(ref);
    this.root.className = [
      'wf-row',
      selected && 'selected',
      error && 'error',
      group && `group ${group.kind}`,
      (found & FOUND_ROW.found) !== 0 && 'found',
      !this.expanded && (found & FOUND_ROW.below) !== 0 && 'found-below',
      stepsBack && 'steps-back',
    ]
      .filter((name) => name !== false && name !== undefined)
      .join(' ');
    this.root.setAttribute('aria-rowindex', String(row + FIRST_ROW_INDEX));
    this.root.setAttribute('aria-level', String(depthOf(ref) + 1));
    this.root.setAttribute('aria-posinset', String(window.siblingPosition[index] ?? 1));
    this.root.setAttribute('aria-setsize', String(window.siblingCount[index] ?? 1));
    this.root.setAttribute('aria-selected', String(selected));
    if (this.hasChildren) this.root.setAttribute('aria-expanded', String(this.expanded));
    else this.root.removeAttribute('aria-expanded');
    const spoken = rowSpoken(ref, context);
    this.root.setAttribute('aria-label', (found & FOUND_ROW.found) === 0 ? spoken : `${spoken}, found`);
    this.#setContext(rowId, context);
    this.#showName(ref, context);
    this.#showCells(context, (key) => cellText(ref, key, context));
    this.#bar.setAttribute('aria-label', this.#barLabel(ref, context));
  }

  #showCells(context: Pick<RowContext, 'columns'>, textOf: (key: string) => string): void {
    const { columns } = context;
    while (this.#cells.length > columns.length) this.#cells.pop()?.remove();
    for (const [at, { key, widthPx }] of columns.entries()) {
      let cell = this.#cells[at];
      if (!cell) {
        cell = element('div', '');
        cell.setAttribute('role', 'gridcell');
        this.#cells.push(cell);
        this.#left.append(cell);
      }
      const { title, isNumber } = columnKind(key);
      const text = textOf(key);
      cell.className = `wf-cell${isNumber ? ' number' : ''}`;
      cell.style.width = `${widthPx}px`;
      cell.textContent = text;
      cell.title = text === '' ? '' : `${visibleLine(title)}: ${text}`;
    }
  }

  /** For VS Code's context menu; what stands for several spans has none of a span's. */
  #setContext(rowId: RowId, context: RowContext): void {
    const isSpan = !isGroupId(rowId);
    this.root.setAttribute(
      'data-vscode-context',
      JSON.stringify({
        webviewSection: isSpan ? 'span' : 'trace',
        preventDefaultContextMenuItems: true,
        traceId: context.traceId,
        ...(isSpan && { spanId: rowId }),
      }),
    );
  }

  #showName(ref: RowRef, context: RowContext): void {
    const { window, index } = ref;
    const depth = depthOf(ref);
    const name = rowName(ref);
    const group = groupOf(ref);
    this.#guides.style.width = `${Math.min(depth, context.deepestIndent) * INDENT_PX}px`;
    this.#chevron.className = this.hasChildren
      ? `wf-chevron codicon ${this.expanded ? 'codicon-chevron-down' : 'codicon-chevron-right'}`
      : 'wf-chevron';
    this.#service.style.backgroundColor =
      group?.kind === 'missing' ? '' : serviceColor(context.servicePlaces[window.service[index] ?? 0] ?? 0);
    const state = stateOf(ref, context.held);
    showIcon(this.#state, 'wf-state', state);
    showIcon(this.#kind, 'wf-kind', group?.kind === 'missing' ? undefined : kindOf(ref));
    const links = linksTitle(ref);
    showIcon(this.#links, 'wf-links', links === '' ? undefined : { icon: 'link', title: links });
    this.#name.textContent = depth > context.deepestIndent ? `${depth} › ${name}` : name;
    this.#label.textContent = rowDetail(ref, context.services);
    this.root.title = rowTitle(ref, context);
  }

  #barLabel(ref: RowRef, context: RowContext): string {
    const at = formatDuration(ref.window.offsetNs[ref.index] ?? 0);
    const self = formatDuration((ref.window.selfNs[ref.index] ?? 0) - selfHeldOf(ref, context.held));
    const length = hasFlag(ref, 'unfinished') ? 'no end' : durationText(ref, context) || 'length not known';
    return `${length}, self ${self}, at ${at}`;
  }
}

/** An icon, or nothing in its place. */
function showIcon(
  target: HTMLElement,
  className: string,
  icon: { readonly icon: string; readonly title: string; readonly error?: boolean } | undefined,
): void {
  target.className = icon
    ? `${className} codicon codicon-${icon.icon}${icon.error === true ? ' is-error' : ''}`
    : className;
  target.title = icon?.title ?? '';
}
