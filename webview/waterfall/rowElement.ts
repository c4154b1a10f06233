import { formatDuration } from '../../src/core/layout/formatDuration.ts';
import type { SpanId, TraceId } from '../../src/core/model/ids.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { durationText } from './barPainter.ts';
import { serviceColor } from './palette.ts';
import { depthOf, durationOf, hasFlag, spanIdOf, type RowRef } from './rowCache.ts';
import { ROW_HEIGHT_PX } from './virtualScroll.ts';

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
export interface RowContext {
  readonly traceId: TraceId | '';
  readonly services: readonly string[];
  /** Place of each of the services in the order of colours. */
  readonly servicePlaces: readonly number[];
  readonly selected: SpanId | '';
  /** Levels beyond it stand at its place and say their depth. */
  readonly deepestIndent: number;
  /** Length of the trace. */
  readonly extentNs: number;
  readonly assembling: boolean;
}

function element(tag: string, className: string): HTMLElement {
  const created = document.createElement(tag);
  created.className = className;
  return created;
}

/** One recycled row of the treegrid. All text is set as text nodes; attributes carry ids and numbers only. */
export class RowElement {
  readonly root = element('div', 'wf-row');
  spanId: SpanId | '' = '';
  hasChildren = false;
  expanded = false;
  readonly #guides = element('span', 'wf-guides');
  readonly #chevron = element('span', 'wf-chevron codicon');
  readonly #service = element('span', 'wf-service');
  readonly #state = element('span', 'wf-state codicon');
  readonly #name = element('span', 'wf-name');
  readonly #label = element('span', 'wf-label');
  readonly #bar = element('div', 'wf-bar-cell');
  readonly #nameCell = element('div', 'wf-name-cell');
  #signature = '';

  constructor(poolIndex: number) {
    this.root.id = `wf-row-${poolIndex}`;
    this.root.setAttribute('role', 'row');
    this.#nameCell.setAttribute('role', 'gridcell');
    this.#bar.setAttribute('role', 'gridcell');
    this.#chevron.setAttribute('aria-hidden', 'true');
    this.#nameCell.append(this.#guides, this.#chevron, this.#service, this.#state, this.#name, this.#label);
    this.root.append(this.#nameCell, this.#bar);
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
    this.spanId = '';
    this.hasChildren = false;
    this.root.className = 'wf-row placeholder';
    this.root.setAttribute('aria-rowindex', String(row + 1));
    for (const name of ['aria-level', 'aria-expanded', 'aria-selected', 'data-vscode-context', 'title']) {
      this.root.removeAttribute(name);
    }
    this.#name.textContent = '';
    this.#label.textContent = '';
    this.#state.className = 'wf-state';
    this.#chevron.className = 'wf-chevron';
    this.#guides.style.width = '0';
    this.#service.style.backgroundColor = '';
    this.#bar.setAttribute('aria-label', 'Loading');
  }

  show(ref: RowRef, context: RowContext): void {
    const spanId = spanIdOf(ref);
    const { window, index, row } = ref;
    const selected = context.selected === spanId;
    const assembling = context.assembling;
    const signature = `${window.revision} ${row} ${spanId} ${String(selected)} ${String(assembling)} ${context.deepestIndent} ${window.flags[index] ?? 0}`;
    if (this.#signature === signature) return;
    this.#signature = signature;
    this.spanId = spanId;
    this.hasChildren = hasFlag(ref, 'hasChildren');
    this.expanded = hasFlag(ref, 'expanded');
    const error = hasFlag(ref, 'error');
    this.root.className = `wf-row${selected ? ' selected' : ''}${error ? ' error' : ''}`;
    this.root.setAttribute('aria-rowindex', String(row + 1));
    this.root.setAttribute('aria-level', String(depthOf(ref) + 1));
    this.root.setAttribute('aria-selected', String(selected));
    if (this.hasChildren) this.root.setAttribute('aria-expanded', String(this.expanded));
    else this.root.removeAttribute('aria-expanded');
    this.root.setAttribute(
      'data-vscode-context',
      JSON.stringify({
        webviewSection: 'span',
        preventDefaultContextMenuItems: true,
        traceId: context.traceId,
        spanId,
      }),
    );
    this.#showName(ref, context);
    this.#bar.setAttribute('aria-label', this.#barLabel(ref, context, error));
  }

  #showName(ref: RowRef, context: RowContext): void {
    const { window, index } = ref;
    const depth = depthOf(ref);
    const name = visibleLine(window.names[index] ?? '') || '(no name)';
    const label = visibleLine(window.labels[index] ?? '');
    const service = window.service[index] ?? 0;
    const serviceName = visibleLine(context.services[service] ?? '');
    this.#guides.style.width = `${Math.min(depth, context.deepestIndent) * INDENT_PX}px`;
    this.#chevron.className = this.hasChildren
      ? `wf-chevron codicon ${this.expanded ? 'codicon-chevron-down' : 'codicon-chevron-right'}`
      : 'wf-chevron';
    this.#service.style.backgroundColor = serviceColor(context.servicePlaces[service] ?? 0);
    const state = stateOf(ref);
    this.#state.className = state
      ? `wf-state codicon codicon-${state.icon}${state.error ? ' is-error' : ''}`
      : 'wf-state';
    this.#state.title = state?.title ?? '';
    this.#name.textContent = depth > context.deepestIndent ? `${depth} › ${name}` : name;
    this.#label.textContent = label;
    const folded = this.hasChildren && !this.expanded ? ` · ${window.descendants[index] ?? 0} below` : '';
    this.root.title = `${serviceName} · ${name}${label === '' ? '' : ` · ${label}`} · ${durationText(ref, context.assembling, context.extentNs)}${folded}`;
  }

  #barLabel(ref: RowRef, context: RowContext, error: boolean): string {
    const self = formatDuration(ref.window.selfNs[ref.index] ?? 0);
    const at = formatDuration(ref.window.offsetNs[ref.index] ?? 0);
    const length = hasFlag(ref, 'unfinished') ? 'no end' : formatDuration(durationOf(ref));
    return `${visibleLine(context.services[ref.window.service[ref.index] ?? 0] ?? '')}, ${length}, self ${self}, at ${at}${error ? ', error' : ''}`;
  }
}

interface RowState {
  readonly icon: string;
  readonly title: string;
  readonly error: boolean;
}

function stateOf(ref: RowRef): RowState | undefined {
  if (hasFlag(ref, 'error')) return { icon: 'error', title: 'Error', error: true };
  if (hasFlag(ref, 'cycle')) {
    return { icon: 'sync', title: 'Its parents form a circle; it was cut here.', error: false };
  }
  if (hasFlag(ref, 'orphan')) {
    return { icon: 'debug-disconnect', title: 'Its parent was not received.', error: false };
  }
  if (hasFlag(ref, 'skewed')) {
    const later = formatDuration(ref.window.skewNs[ref.index] ?? 0);
    return {
      icon: 'watch',
      title: `Its clock is behind its caller's: shown ${later} later than its sender said.`,
      error: false,
    };
  }
  if (hasFlag(ref, 'unfinished')) return { icon: 'ellipsis', title: 'The sender gave no end time.', error: false };
  return undefined;
}
