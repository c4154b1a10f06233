import { compareAttributes, type AttributeDifference } from '../core/compare/compareAttributes.ts';
import { comparePaths, type PathDifference } from '../core/compare/comparePaths.ts';
import { PathTable, traceProfile, type PathEntry } from '../core/compare/traceProfile.ts';
import { criticalSelfNs } from '../core/layout/criticalPath.ts';
import { buildDisplayTree, type DisplayTree } from '../core/layout/displayTree.ts';
import { spanIdText, type TraceId } from '../core/model/ids.ts';
import type { SpanRef } from '../core/model/span.ts';
import { nearestRank } from '../core/statistics/orderStatistic.ts';
import type { Steps } from '../core/statistics/steps.ts';
import type { ComparedAttribute, ComparedPath, ComparedSet, Comparison } from '../protocol/compareApi.ts';
import { AttributeTable } from './compareTable.ts';
import type { EngineStore } from './engineStore.ts';
import { attributeFilter } from './attributeFilter.ts';

/** Traces of a set looked at; of more, evenly chosen ones. */
const MOST_TRACES = 1000;
/** Traces of a set whose attributes are read. */
const ATTRIBUTE_TRACES = 300;
const SHOWN_PATHS = 200;
const SHOWN_ATTRIBUTES = 60;

export interface CompareProgress {
  done: number;
  total: number;
}

interface Side {
  readonly ids: readonly TraceId[];
  readonly summary: ComparedSet;
  readonly profile: readonly (readonly PathEntry[])[];
  /** Ids of the spans of examples, by trace and path. */
  readonly spanIdOf: (trace: number, path: number) => SpanRef | null;
}

/**
 * Compares two sets of traces in steps: path by path, then attribute by attribute. Each trace is laid out once; one that
 * went meanwhile is left out. The time measured is self time. Not that on the critical path: there a call counts for nothing
 * whose span ends microseconds after the next one began, as spans of HTTP clients do, and all of it falls to the caller.
 */
export function* comparison(
  store: EngineStore,
  seed: number,
  sets: { readonly a: readonly TraceId[]; readonly b: readonly TraceId[] },
  progress: CompareProgress,
): Steps<Comparison> {
  const table = new PathTable();
  const attributes = new AttributeTable(store);
  progress.total = Math.min(MOST_TRACES, sets.a.length) + Math.min(MOST_TRACES, sets.b.length);
  const a = yield* readSide(store, seed, sets.a, table, attributes, progress);
  const readA = attributes.traceCount;
  const b = yield* readSide(store, seed, sets.b, table, attributes, progress);
  const compared = yield* comparePaths(a.profile, b.profile, table.paths.length);
  const relevance = relevanceOf(table, compared.paths);
  // With nothing on one side every attribute would differ.
  const columns = readA > 0 && attributes.traceCount > readA ? attributes.columns() : [];
  const differing = yield* compareAttributes(columns, readA, ({ path }) => 0.25 + 0.75 * (relevance[path] ?? 0));
  const shown = compared.paths.filter((path) => path.differenceNs !== 0).slice(0, SHOWN_PATHS);
  return {
    a: a.summary,
    b: b.summary,
    differenceNs: compared.differenceNs,
    paths: shown.map((path) => pathAnswer(path, table, a, b)),
    pathCount: table.paths.length,
    attributes: differing.slice(0, SHOWN_ATTRIBUTES).map((each) => attributeAnswer(each, table)),
    attributesOf: attributes.traceCount,
  };
}

function* readSide(
  store: EngineStore,
  seed: number,
  ids: readonly TraceId[],
  table: PathTable,
  attributes: AttributeTable,
  progress: CompareProgress,
): Steps<Side> {
  const used: TraceId[] = [];
  const profile: (readonly PathEntry[])[] = [];
  const examples: Map<number, number>[] = [];
  const trees: { idHi: Uint32Array; idLo: Uint32Array }[] = [];
  const durations: number[] = [];
  let errors = 0;
  const before = attributes.traceCount;
  for (const traceId of evenly(ids, MOST_TRACES)) {
    progress.done++;
    const summary = store.summary(traceId);
    const tree = treeOf(store, traceId, seed);
    if (!summary || !tree) continue;
    const entries = traceProfile(tree, criticalSelfNs(tree), (handle) => store.nameOf(handle), table);
    used.push(traceId);
    profile.push(entries);
    examples.push(new Map(entries.map(({ path, slowest }) => [path, slowest])));
    trees.push({ idHi: tree.idHi, idLo: tree.idLo });
    durations.push(summary.durationNs);
    if (summary.errorCount > 0) errors++;
    if (attributes.traceCount - before < ATTRIBUTE_TRACES) attributes.read(tree, entries);
    yield;
  }
  durations.sort((one, other) => one - other);
  const at = (quantile: number): number => durations[nearestRank(durations.length, quantile)] ?? 0;
  return {
    ids: used,
    profile,
    summary: { traces: ids.length, used: used.length, errors, medianNs: at(0.5), p95Ns: at(0.95) },
    spanIdOf: (trace, path) => {
      const index = examples[trace]?.get(path);
      const [tree, traceId] = [trees[trace], used[trace]];
      if (index === undefined || !tree || traceId === undefined) return null;
      return { traceId, spanId: spanIdText(tree.idHi[index] ?? 0, tree.idLo[index] ?? 0) };
    },
  };
}

function treeOf(store: EngineStore, traceId: TraceId, seed: number): DisplayTree | undefined {
  const { held } = store;
  const slot = held.slotOf(traceId);
  return slot < 0 ? undefined : buildDisplayTree(held.columns.columnsOnce(slot, traceId), seed);
}

/** At most `most` of a list, at even distances, the first and the last among them. */
function evenly<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list;
  const step = (list.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => list[Math.round(index * step)]).filter(
    (each) => each !== undefined,
  );
}

/** By path, 0..1: its share of the difference, or half of that of a neighbour above or below. */
function relevanceOf({ paths }: PathTable, compared: readonly PathDifference[]): Float64Array {
  const own = new Float64Array(paths.length);
  for (const { path, share } of compared) own[path] = Math.min(1, Math.abs(share));
  const relevance = own.slice();
  for (const [path, { parent }] of paths.entries()) {
    if (parent < 0) continue;
    relevance[parent] = Math.max(relevance[parent] ?? 0, (own[path] ?? 0) / 2);
    relevance[path] = Math.max(relevance[path] ?? 0, (own[parent] ?? 0) / 2);
  }
  return relevance;
}

function namesOf({ paths }: PathTable, path: number): readonly string[] {
  const names: string[] = [];
  for (let at = path; at >= 0; at = paths[at]?.parent ?? -1) names.push(paths[at]?.name ?? '');
  return names.reverse();
}

function pathAnswer(found: PathDifference, table: PathTable, a: Side, b: Side): ComparedPath {
  const { exampleA, exampleB, ...numbers } = found;
  return {
    ...numbers,
    service: table.paths[found.path]?.service ?? '',
    names: namesOf(table, found.path),
    example: a.spanIdOf(exampleA, found.path) ?? b.spanIdOf(exampleB, found.path),
  };
}

function attributeAnswer(found: AttributeDifference, table: PathTable): ComparedAttribute {
  const { column } = found;
  const base = {
    key: column.key,
    home: column.path < 0 ? ('resource' as const) : ('span' as const),
    service: column.service,
    names: column.path < 0 ? [] : namesOf(table, column.path),
    difference: found.difference,
    chance: found.chance,
    presentA: found.a.present,
    missingA: found.a.missing,
    presentB: found.b.present,
    missingB: found.b.missing,
    filter: attributeFilter(found, column.path < 0 ? '' : (table.paths[column.path]?.name ?? '')),
  };
  if (found.kind === 'text') return { ...base, kind: 'text', values: found.values };
  const { medianA, medianB, edges, binsA, binsB } = found;
  return { ...base, kind: 'numeric', medianA, medianB, edges, binsA, binsB };
}
