import { formatDuration } from '../../src/core/layout/formatDuration.ts';
import { ATTRIBUTE_GROUP, type ListBrush, type ListGroup, type ListQuery } from '../../src/core/list/listQuery.ts';
import type { TraceSummary } from '../../src/core/model/trace.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { ALL_TRACES, type TraceSet } from '../../src/protocol/compareApi.ts';
import type { ChangeMarker } from '../../src/protocol/listApi.ts';
import { formatCount } from '../text/formatCount.ts';

/** What is compared, and how the sides are called. */
export interface WhyQuestion {
  readonly a: TraceSet;
  /** Null: the rest of `among`. */
  readonly b: TraceSet | null;
  readonly among: TraceSet;
  /** A change around the traces, in words, that parts A (after it) from B (before it). */
  readonly change?: string;
  /** Groups beside that of A, to compare it with. */
  readonly groups?: readonly string[];
}

/** What is listed. */
type Listed = Pick<ListQuery, 'filter' | 'brush' | 'group'>;

/** What the list shows (its filter and brush) against the traces that are left out. */
export function listedQuestion({ filter, brush }: Listed): WhyQuestion {
  const among = { ...ALL_TRACES, filter: brush ? filter : '' };
  return { a: { ...ALL_TRACES, filter, brush }, b: null, among };
}

/** The traces of a name that took about as long as this one, or longer, against those that took less. */
export function slowQuestion({ name, durationNs }: TraceSummary): WhyQuestion {
  const among = { ...ALL_TRACES, group: { by: 'name', text: name } } as const;
  return { a: { ...among, asSlowAs: durationNs }, b: null, among };
}

/** One group of what is listed against the rest of it. `groups`: texts of those that are listed, its own among them. */
export function groupQuestion(
  { filter, brush, group }: Listed & { readonly group: Exclude<ListGroup, ''> },
  text: string,
  groups: readonly string[],
): WhyQuestion {
  return {
    a: { ...ALL_TRACES, group: { by: group, text } },
    b: null,
    among: { ...ALL_TRACES, filter, brush },
    groups: groups.filter((each) => each !== text),
  };
}

/**
 * What is listed after a change against what is listed before it; what began while a debugger held a process is on neither
 * side. A brushed stretch of time that does not have the change inside says nothing about it and is left out.
 */
export function changeQuestion({ filter, brush }: Listed, marker: ChangeMarker, change: string): WhyQuestion {
  const { kind, atMs, toMs } = marker;
  const endMs = kind === 'pause' ? (toMs ?? atMs) : atMs;
  const isInside = (brush?.fromMs ?? -Infinity) < atMs && (brush?.toMs ?? Infinity) > endMs;
  const open = { fromMs: null, toMs: null, minNs: null, maxNs: null };
  const among = brush && !isInside ? { ...brush, fromMs: null, toMs: null } : brush;
  const side = (part: Partial<ListBrush>): TraceSet => ({ ...ALL_TRACES, brush: { ...open, ...part } });
  return {
    a: side({ fromMs: endMs }),
    b: side({ toMs: atMs }),
    among: { ...ALL_TRACES, filter, brush: among },
    change,
  };
}

/** The same question with other filters of the sides; an empty one against a side without bounds of its own is the rest. */
export function withFilters(question: WhyQuestion, a: string, b: string): WhyQuestion {
  const against = question.b ?? ALL_TRACES;
  const isBound = against.brush !== null || against.group !== null || against.traceIds !== null;
  return {
    ...question,
    a: { ...question.a, filter: a },
    b: b.trim() === '' && !isBound ? null : { ...against, filter: b },
  };
}

/** The same question against another group, or (undefined) against the rest. */
export function againstGroup(question: WhyQuestion, text: string | undefined): WhyQuestion {
  const { group } = question.a;
  return { ...question, b: text === undefined || !group ? null : { ...ALL_TRACES, group: { ...group, text } } };
}

/** What bounds a question beside the filters of its sides, in words. */
export function boundsOf({ a, among, change }: WhyQuestion): readonly string[] {
  const { brush, group, traceIds, asSlowAs } = a;
  const isOfList = among.filter !== '' && among.filter !== a.filter;
  return [
    change,
    change === undefined && brush && brushText(brush),
    asSlowAs !== null && `as slow as ${formatDuration(asSlowAs)}`,
    group && `${groupingName(group.by)} ${groupName(group.text)}`,
    traceIds && formatCount(traceIds.length, 'trace', 'traces'),
    isOfList && `of ${visibleLine(among.filter)}`,
    among.brush && among.brush !== brush && `of ${brushText(among.brush)}`,
  ].filter((text) => typeof text === 'string' && text !== '') as readonly string[];
}

/** What traces are grouped by, in a word. */
export function groupingName(by: Exclude<ListGroup, ''>): string {
  return visibleLine(by.replace(ATTRIBUTE_GROUP, ''));
}

export function groupName(text: string): string {
  return visibleLine(text) || '(none)';
}

/** A brush in words. */
function brushText({ fromMs, toMs, minNs, maxNs }: ListBrush): string {
  const parts: string[] = [];
  if (minNs !== null) parts.push(`≥ ${formatDuration(minNs)}`);
  if (maxNs !== null) parts.push(`≤ ${formatDuration(maxNs)}`);
  if (fromMs !== null || toMs !== null) parts.push('in the marked time');
  return parts.join(', ');
}
