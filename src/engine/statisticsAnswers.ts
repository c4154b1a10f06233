import type { DisplayTree } from '../core/layout/displayTree.ts';
import { FACET_ABSENT, FACET_OTHERS, type FacetField } from '../core/store/facets.ts';
import { slowestSpans, spanStatistics, type SpanStatistics } from '../core/statistics/spanStatistics.ts';
import {
  SLOWEST_SPANS,
  type StatisticsAnswer,
  type StatisticsBy,
  type StatisticsColumn,
  type StatisticsQuestion,
  type StatisticsRow,
} from '../protocol/aroundApi.ts';
import { spanIdText, type SpanId } from '../core/model/ids.ts';
import type { CancelSignal } from '../protocol/channel.ts';
import type { SlicedWork } from './slicedWork.ts';
import type { AroundTree, TreeFacets } from './treeFacets.ts';

/** Groups of a question by number, with the texts that name them. */
interface Groups {
  readonly numberOf: Uint32Array;
  readonly texts: readonly string[];
  /** Numbers 0 and 1 stand for spans without a value and for values too many. */
  readonly hasSpecial: boolean;
}

/** Tables of statistics over the spans of a tree. */
export class StatisticsAnswers {
  readonly #work: SlicedWork;
  readonly #facets: TreeFacets;

  constructor(work: SlicedWork, facets: TreeFacets) {
    this.#work = work;
    this.#facets = facets;
  }

  async table(
    { tree, revision }: AroundTree,
    question: StatisticsQuestion & { sort: StatisticsColumn; descending: boolean; limit: number },
    signal: CancelSignal,
  ): Promise<StatisticsAnswer> {
    const groups = await this.#groups(tree, question, signal);
    const found = await this.#statistics(tree, question, groups, signal);
    const shown: number[] = [];
    let totalNs = 0;
    for (let group = 0; group < found.groupCount; group++) {
      if (found.count[group] === 0) continue;
      shown.push(group);
      totalNs += found.totalNs[group] ?? 0;
    }
    const compare = comparison(found, groups.texts, question.sort);
    shown.sort((a, b) => (question.descending ? -1 : 1) * compare(a, b) || a - b);
    return {
      revision,
      rows: shown.slice(0, question.limit).map((group) => rowOf(found, groups, group)),
      groups: shown.length,
      spans: found.spans,
      selfNs: found.allSelfNs,
      totalNs,
    };
  }

  async span(
    { tree }: AroundTree,
    question: StatisticsQuestion & { group: number; rank: number },
    signal: CancelSignal,
  ): Promise<{ spanId: SpanId | ''; of: number }> {
    const groups = await this.#groups(tree, question, signal);
    const { group, window } = question;
    const key = `slowest ${keyOf(question)} ${group}`;
    const slowest = await this.#work.do(tree, key, signal, () =>
      slowestSpans(tree, groups.numberOf, group, SLOWEST_SPANS, window ?? undefined),
    );
    const index = slowest[question.rank];
    return {
      spanId: index === undefined ? '' : spanIdText(tree.idHi[index] ?? 0, tree.idLo[index] ?? 0),
      of: slowest.length,
    };
  }

  async #groups(tree: DisplayTree, { by, key }: StatisticsQuestion, signal: CancelSignal): Promise<Groups> {
    if (by === 'service') {
      const numberOf = new Uint32Array(tree.service);
      return { numberOf, texts: tree.services, hasSpecial: false };
    }
    return { ...(await this.#facets.read(tree, fieldOf(by, key), signal)), hasSpecial: true };
  }

  #statistics(
    tree: DisplayTree,
    question: StatisticsQuestion,
    { numberOf, texts }: Groups,
    signal: CancelSignal,
  ): Promise<SpanStatistics> {
    return this.#work.do(tree, `statistics ${keyOf(question)}`, signal, () =>
      spanStatistics(tree, numberOf, texts.length, question.window ?? undefined),
    );
  }
}

function fieldOf(by: Exclude<StatisticsBy, 'service'>, key: string): FacetField {
  return by === 'attribute' ? { kind: 'attribute', key } : { kind: by };
}

function keyOf({ by, key, window }: StatisticsQuestion): string {
  return `${by} ${window ? `${window.beginNs}..${window.endNs}` : 'all'} ${key}`;
}

function rowOf(found: SpanStatistics, groups: Groups, group: number): StatisticsRow {
  const special = !groups.hasSpecial ? '' : group === FACET_ABSENT ? 'absent' : group === FACET_OTHERS ? 'others' : '';
  return {
    group,
    value: groups.texts[group] ?? '',
    special,
    service: found.service[group] ?? -1,
    count: found.count[group] ?? 0,
    errors: found.errors[group] ?? 0,
    totalNs: found.totalNs[group] ?? 0,
    selfNs: found.selfNs[group] ?? 0,
    p50Ns: found.p50Ns[group] ?? 0,
    p95Ns: found.p95Ns[group] ?? 0,
    maxNs: found.maxNs[group] ?? 0,
  };
}

function comparison(
  found: SpanStatistics,
  texts: readonly string[],
  sort: StatisticsColumn,
): (a: number, b: number) => number {
  if (sort === 'value') {
    const collator = new Intl.Collator('en', { numeric: true });
    return (a, b) => collator.compare(texts[a] ?? '', texts[b] ?? '');
  }
  const column = {
    count: found.count,
    errors: found.errors,
    total: found.totalNs,
    self: found.selfNs,
    p50: found.p50Ns,
    p95: found.p95Ns,
    max: found.maxNs,
  }[sort];
  return (a, b) => (column[a] ?? 0) - (column[b] ?? 0);
}
