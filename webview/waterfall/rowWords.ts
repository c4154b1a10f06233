import { formatClock, formatDuration } from '../../src/core/layout/formatDuration.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { MissingParent, RowGroup } from '../../src/protocol/rowApi.ts';
import { formatCount } from '../text/formatCount.ts';
import type { HeldStretch } from '../../src/core/layout/heldTime.ts';
import { heldOf, selfHeldOf } from './heldTime.ts';
import { firstTokenText, phaseLines } from './rowPhases.ts';
import { depthOf, durationOf, groupOf, hasFlag, offsetOf, type RowRef } from './rowCache.ts';

/** What the words of a row need to know of its trace. */
export interface TraceWords {
  readonly services: readonly string[];
  /** Length of the trace, ns. */
  readonly extentNs: number;
  readonly assembling: boolean;
  /** When debuggers held a program. */
  readonly held: readonly HeldStretch[];
}

/** Icon and meaning of what is special about a row. */
export interface RowState {
  readonly icon: string;
  readonly title: string;
  readonly error: boolean;
}

/** A span's part in a call over the wire; internal spans have no sign. OTLP SpanKind. */
const KINDS: readonly (Omit<RowState, 'error'> | undefined)[] = [
  undefined,
  undefined,
  { icon: 'call-incoming', title: 'Server: answers a request' },
  { icon: 'call-outgoing', title: 'Client: makes a request' },
  { icon: 'arrow-circle-up', title: 'Producer: sends a message' },
  { icon: 'arrow-circle-down', title: 'Consumer: handles a message' },
];

export function kindOf(ref: RowRef): Omit<RowState, 'error'> | undefined {
  return KINDS[ref.window.kind[ref.index] ?? 0];
}

/**
 * Words a row's length, without what it waited over pauses of a debugger. A span that ended has its length, whatever may still
 * come; one without an end at least so much.
 */
export function durationText(ref: RowRef, { assembling, extentNs, held }: Omit<TraceWords, 'services'>): string {
  const group = groupOf(ref);
  if (group) return group.kind === 'missing' ? '' : `Σ\u00a0${formatDuration(group.totalNs)}`;
  if (!hasFlag(ref, 'unfinished')) return formatDuration(durationOf(ref) - heldOf(ref, held));
  return assembling ? `≥\u00a0${formatDuration(Math.max(0, extentNs - offsetOf(ref)))}` : 'no end';
}

/** The name of a row: of a span its own, of several how many they are. */
export function rowName(ref: RowRef): string {
  const own = visibleLine(ref.window.names[ref.index] ?? '') || '(no name)';
  const group = groupOf(ref);
  switch (group?.kind) {
    case undefined:
      return own;
    case 'alike':
      return `${group.count.toLocaleString('en-US')} × ${own}`;
    case 'messages':
      return formatCount(group.count, 'ASGI message', 'ASGI messages');
    case 'missing':
      return `missing parent ${(group.missing?.spanId ?? '').slice(0, 8)}`;
  }
}

/** The dimmed text behind the name. */
export function rowDetail(ref: RowRef, services: readonly string[]): string {
  const label = visibleLine(ref.window.labels[ref.index] ?? '');
  const group = groupOf(ref);
  switch (group?.kind) {
    case undefined:
    case 'messages':
      return label;
    case 'alike':
      return [errorsOf(group), spreadOf(group), label].filter((text) => text !== '').join(' · ');
    case 'missing':
      return [
        errorsOf(group),
        group.missing?.restarted ? 'process restarted' : '',
        `${formatCount(group.count, 'child', 'children')} of ${servicesOf(group, services)}`,
      ]
        .filter((text) => text !== '')
        .join(' · ');
  }
}

function errorsOf({ errorCount }: RowGroup): string {
  return errorCount === 0 ? '' : formatCount(errorCount, 'error', 'errors');
}

function spreadOf({ medianNs, p95Ns, maxNs }: RowGroup): string {
  return `p50 ${formatDuration(medianNs)} p95 ${formatDuration(p95Ns)} max ${formatDuration(maxNs)}`;
}

function servicesOf(group: RowGroup, services: readonly string[]): string {
  return group.services.map((service) => visibleLine(services[service] ?? '')).join(', ');
}

/** What is special about a row, the gravest first. */
export function stateOf(ref: RowRef, stretches: readonly HeldStretch[]): RowState | undefined {
  const group = groupOf(ref);
  if (group?.kind === 'missing') {
    return { icon: 'debug-disconnect', title: 'This span was not received.', error: group.errorCount > 0 };
  }
  if (hasFlag(ref, 'error')) {
    const held = heldOf(ref, stretches);
    if (held > 0) return { icon: 'debug-pause', title: heldErrorText(held), error: true };
    const title = group ? `${formatCount(group.errorCount, 'error', 'errors')} inside` : 'Error';
    return { icon: 'error', title, error: true };
  }
  if (hasFlag(ref, 'cycle')) {
    return { icon: 'sync', title: 'Its parents form a circle; it was cut here.', error: false };
  }
  // Below the row of the parent that is missing nothing more is to be said.
  if (hasFlag(ref, 'orphan') && depthOf(ref) === 0) {
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

/** What a row's links are, for the icon that follows them; empty without links. */
export function linksTitle(ref: RowRef): string {
  const [from, to] = [hasFlag(ref, 'hasLinks'), hasFlag(ref, 'linkedTo')];
  if (!from && !to) return '';
  const what =
    from && to
      ? 'Links to other spans, and others link here'
      : from
        ? 'Links to other spans'
        : 'Linked from other spans';
  return `${what}: follow (l)`;
}

/** A row's part of the critical path, as `120 ms, 23 % of the trace`; empty off the path. */
export function criticalText(ref: RowRef, extentNs: number): string {
  const ns = ref.window.criticalNs[ref.index] ?? 0;
  return hasFlag(ref, 'critical') ? `${formatDuration(ns)}, ${shareText(ns, extentNs)} of the trace` : '';
}

/** A part of a whole in per cent; what is there at all is never said to be none. */
export function shareText(part: number, whole: number): string {
  if (!(whole > 0) || part <= 0) return '0\u00a0%';
  const percent = (part / whole) * 100;
  if (percent < 0.1) return '<\u00a00.1\u00a0%';
  return `${percent < 10 ? String(Math.round(percent * 10) / 10) : String(Math.round(percent))}\u00a0%`;
}

/** What a pause did to a span: how long it waited, and its length with that. */
export function heldText(heldNs: number, durationNs: number): string {
  return `held ${formatDuration(heldNs)} by a debugger: ${formatDuration(durationNs)} with it`;
}

export function heldErrorText(heldNs: number): string {
  return `Error while a debugger held a program (${formatDuration(heldNs)}): a timeout may come of the pause.`;
}

/** The tooltip of a row: lines of what is known without asking more. */
export function rowTitle(ref: RowRef, words: TraceWords): string {
  const group = groupOf(ref);
  const critical = criticalText(ref, words.extentNs);
  const lines = group ? groupLines(group, ref, words) : spanLines(ref, words);
  const below = ref.window.descendants[ref.index] ?? 0;
  if (hasFlag(ref, 'hasChildren') && !hasFlag(ref, 'expanded') && !group) {
    lines.push(`folded: ${formatCount(below, 'span', 'spans')} below`);
  }
  if (critical !== '') lines.push(`critical path: ${critical}`);
  lines.push(...phaseLines(ref));
  return lines.join('\n');
}

function serviceOf(ref: RowRef, services: readonly string[]): string {
  return visibleLine(services[ref.window.service[ref.index] ?? 0] ?? '');
}

function spanLines(ref: RowRef, words: TraceWords): string[] {
  const { services } = words;
  const held = heldOf(ref, words.held);
  const label = visibleLine(ref.window.labels[ref.index] ?? '');
  const self = formatDuration((ref.window.selfNs[ref.index] ?? 0) - selfHeldOf(ref, words.held));
  const lines = [
    `${serviceOf(ref, services)} · ${rowName(ref)}${label === '' ? '' : ` · ${label}`}`,
    `${durationText(ref, words)} (self ${self}) at ${formatDuration(offsetOf(ref))}`,
  ];
  const messages = (ref.window.messageIndex[ref.index + 1] ?? 0) - (ref.window.messageIndex[ref.index] ?? 0);
  if (messages > 0) lines.push(`${formatCount(messages, 'ASGI message', 'ASGI messages')}, the thin marks in its bar`);
  if (held > 0) lines.push(heldText(held, durationOf(ref)));
  const state = stateOf(ref, words.held);
  if (state) lines.push(state.title);
  return lines;
}

/** What a row of several spans stands for, line by line. */
export function groupLines(group: RowGroup, ref: RowRef, { services }: TraceWords): string[] {
  const spread = `min ${formatDuration(group.minNs)} · median ${formatDuration(group.medianNs)} · p95 ${formatDuration(group.p95Ns)} · max ${formatDuration(group.maxNs)}`;
  const errors = group.errorCount === 0 ? [] : [`${formatCount(group.errorCount, 'error', 'errors')} inside`];
  if (group.kind !== 'missing') {
    return [
      `${servicesOf(group, services)} · ${rowName(ref)}`,
      `together ${formatDuration(group.totalNs)} · ${spread}`,
      ...errors,
    ];
  }
  return [...missingLines(group, ref, services), ...errors];
}

function missingLines(group: RowGroup, ref: RowRef, services: readonly string[]): string[] {
  const { missing } = group;
  return [
    `The parent of ${group.count === 1 ? 'this span' : `these ${group.count} spans`} was not received: ${missing?.spanId ?? ''}`,
    `${formatCount(group.count, 'child', 'children')} of ${servicesOf(group, services)}, the first at ${formatDuration(offsetOf(ref))}`,
    ...(missing ? [whereText(missing)] : []),
  ];
}

function whereText({ ran, restarted }: MissingParent): string {
  if (restarted) {
    const at = formatClock(restarted.at, { utc: false, withMillis: false });
    return `${visibleLine(restarted.service)} was restarted meanwhile (${visibleLine(restarted.from)}, then ${visibleLine(restarted.to)} from ${at}): the span may have gone with the old process.`;
  }
  switch (ran) {
    case 'caller':
      return 'It is the caller, in a program that may not send its spans here.';
    case 'same':
      return 'It ran in the process of its children: it never ended, was not exported, or was dropped by a sampler.';
    case 'unknown':
      return 'Where it ran is not known.';
  }
}

/** A row for a screen reader: name, service, length, depth, error, what is folded. */
export function rowSpoken(ref: RowRef, words: TraceWords): string {
  const group = groupOf(ref);
  const folded = hasFlag(ref, 'hasChildren') && !hasFlag(ref, 'expanded');
  const parts = [
    rowName(ref),
    group ? rowDetail(ref, words.services) : visibleLine(ref.window.labels[ref.index] ?? ''),
    group?.kind === 'missing' ? '' : serviceOf(ref, words.services),
    group || !hasFlag(ref, 'unfinished') ? durationText(ref, words) : 'no end',
    `level ${depthOf(ref) + 1}`,
    hasFlag(ref, 'error') && !group ? 'error' : '',
    heldOf(ref, words.held) > 0 ? 'held by a debugger' : '',
    firstTokenText(ref),
    hasFlag(ref, 'critical') ? 'on the critical path' : '',
    folded ? `${formatCount(ref.window.descendants[ref.index] ?? 0, 'span', 'spans')} folded` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}
