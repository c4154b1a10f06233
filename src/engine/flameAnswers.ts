import type { DisplayTree } from '../core/layout/displayTree.ts';
import { positionOfId } from '../core/layout/rowSteps.ts';
import { spanIdText, type SpanId } from '../core/model/ids.ts';
import { flameCells } from '../core/statistics/flameCells.ts';
import { mergedFlame, timeFlame, type FlameLayout } from '../core/statistics/flameLayout.ts';
import { pathTree } from '../core/statistics/pathTree.ts';
import { SPANS_PER_STEP, type Steps } from '../core/statistics/steps.ts';
import { FACET_OTHERS } from '../core/store/facets.ts';
import type { StoreReader } from '../core/store/storeReader.ts';
import { FLAME, type AroundMethods, type FlameMode, type FlameWindow } from '../protocol/aroundApi.ts';
import type { CancelSignal } from '../protocol/channel.ts';
import type { SlicedWork } from './slicedWork.ts';
import type { AroundTree, TreeFacet, TreeFacets } from './treeFacets.ts';

const STATUS_ERROR = 2;

type FlameQuestion = Omit<AroundMethods['flame/cells'][0], 'viewId'>;

/** A flame graph of a tree: boxes, and what each item of them stands for. */
interface Flame {
  readonly layout: FlameLayout;
  /** By slot, and one more: boxes before it with an error. */
  readonly errorsBefore: Uint32Array;
  /** Of an item: numbers of name and service, sums, and the index of its longest span. */
  readonly name: (item: number) => number;
  readonly service: (item: number) => number;
  readonly calls: (item: number) => number;
  readonly errors: (item: number) => number;
  readonly totalNs: (item: number) => number;
  readonly selfNs: (item: number) => number;
  readonly span: (item: number) => number;
  /** The item that a span, by index, is part of. */
  readonly itemOf: (index: number) => number;
}

interface Found {
  /** By slot, and one more: boxes before it that match. */
  readonly before: Uint32Array;
  readonly selfNs: number;
}

/** Flame graphs of open traces: laid out once a revision, answered by what can be seen. */
export class FlameAnswers {
  readonly #store: StoreReader;
  readonly #work: SlicedWork;
  readonly #facets: TreeFacets;

  constructor(store: StoreReader, work: SlicedWork, facets: TreeFacets) {
    this.#store = store;
    this.#work = work;
    this.#facets = facets;
  }

  async cells({ tree, revision }: AroundTree, question: FlameQuestion, signal: CancelSignal): Promise<FlameWindow> {
    const names = await this.#facets.read(tree, { kind: 'name' }, signal);
    const flame = await this.#flame(tree, names, question.mode, signal);
    const find = question.find.trim().toLowerCase();
    const found = find === '' ? undefined : await this.#find(tree, names, flame, question.mode, find, signal);
    return this.#window(tree, revision, question, names, flame, found);
  }

  #flame(tree: DisplayTree, names: TreeFacet, mode: FlameMode, signal: CancelSignal): Promise<Flame> {
    return this.#work.do(tree, `flame ${mode}`, signal, () =>
      mode === 'merged' ? mergedSteps(tree, names) : timeSteps(tree, names),
    );
  }

  #find(
    tree: DisplayTree,
    names: TreeFacet,
    flame: Flame,
    mode: FlameMode,
    find: string,
    signal: CancelSignal,
  ): Promise<Found> {
    return this.#work.do(tree, `flame ${mode} find ${find}`, signal, () => findSteps(tree, names, flame, find));
  }

  #window(
    tree: DisplayTree,
    revision: number,
    question: FlameQuestion,
    names: TreeFacet,
    flame: Flame,
    found: Found | undefined,
  ): FlameWindow {
    const { layout } = flame;
    const beginNs = question.window?.beginNs ?? 0;
    const endNs = question.window?.endNs ?? layout.lengthNs;
    const cells = flameCells(layout, { ...question, beginNs, endNs });
    const count = cells.row.length;
    const texts = new Map<string, number>();
    const flags = new Uint8Array(count);
    const service = new Uint16Array(count);
    const name = new Uint32Array(count);
    const calls = new Uint32Array(count);
    const errors = new Uint32Array(count);
    const totalNs = new Float64Array(count);
    const selfNs = new Float64Array(count);
    const spanIds: (SpanId | '')[] = [];
    for (let cell = 0; cell < count; cell++) {
      const slot = cells.slot[cell] ?? 0;
      const slots = cells.slots[cell] ?? 1;
      flags[cell] =
        (isAmong(flame.errorsBefore, slot, slots) ? FLAME.error : 0) |
        (found && isAmong(found.before, slot, slots) ? FLAME.found : 0) |
        (slots > 1 ? FLAME.many : 0);
      if (slots > 1) {
        name[cell] = numberOf(texts, '');
        spanIds.push('');
        continue;
      }
      const item = layout.item[slot] ?? 0;
      const span = flame.span(item);
      name[cell] = numberOf(texts, this.#nameOf(tree, names, flame.name(item), span));
      service[cell] = flame.service(item);
      calls[cell] = flame.calls(item);
      errors[cell] = flame.errors(item);
      totalNs[cell] = flame.totalNs(item);
      selfNs[cell] = flame.selfNs(item);
      spanIds.push(spanIdText(tree.idHi[span] ?? 0, tree.idLo[span] ?? 0));
    }
    return {
      revision,
      lengthNs: layout.lengthNs,
      beginNs,
      endNs,
      rowCount: layout.rowCount,
      rowFrom: question.rowFrom,
      row: Uint16Array.from(cells.row),
      begin: Float64Array.from(cells.begin),
      end: Float64Array.from(cells.end),
      flags,
      boxes: Uint32Array.from(cells.slots),
      service,
      name,
      names: [...texts.keys()],
      calls,
      errors,
      totalNs,
      selfNs,
      spanIds,
      found: found ? { boxes: found.before[layout.count] ?? 0, selfNs: found.selfNs } : null,
      selected: this.#selected(tree, flame, question.selected),
    };
  }

  /** Names that are too many to be told apart are read from the span. */
  #nameOf(tree: DisplayTree, names: TreeFacet, name: number, span: number): string {
    return name === FACET_OTHERS ? this.#store.nameOf(tree.handle[span] ?? 0) : (names.texts[name] ?? '');
  }

  #selected(tree: DisplayTree, { layout, itemOf }: Flame, spanId: SpanId | ''): FlameWindow['selected'] {
    if (spanId === '') return null;
    const hi = Number.parseInt(spanId.slice(0, 8), 16);
    const lo = Number.parseInt(spanId.slice(8), 16);
    const position = positionOfId(tree, hi, lo);
    if (position < 0) return null;
    const slot = layout.slotOf[itemOf(tree.indexAt[position] ?? 0)] ?? 0;
    return { row: rowOf(layout, slot), beginNs: layout.begin[slot] ?? 0, endNs: layout.end[slot] ?? 0 };
  }
}

/** Whether one of the boxes from `slot` on is counted. */
function isAmong(before: Uint32Array, slot: number, slots: number): boolean {
  return (before[slot + slots] ?? 0) > (before[slot] ?? 0);
}

function numberOf(texts: Map<string, number>, text: string): number {
  const known = texts.get(text);
  if (known !== undefined) return known;
  texts.set(text, texts.size);
  return texts.size - 1;
}

function rowOf({ rowBegin, rowCount }: FlameLayout, slot: number): number {
  let low = 0;
  let high = rowCount - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((rowBegin[middle] ?? 0) <= slot) low = middle;
    else high = middle - 1;
  }
  return low;
}

function* mergedSteps(tree: DisplayTree, names: TreeFacet): Steps<Flame> {
  const paths = yield* pathTree(tree, names.numberOf);
  const layout = yield* mergedFlame(paths);
  return {
    layout,
    errorsBefore: yield* countBefore(layout, (item) => (paths.errors[item] ?? 0) > 0),
    name: (item) => paths.name[item] ?? 0,
    service: (item) => paths.service[item] ?? 0,
    calls: (item) => paths.calls[item] ?? 0,
    errors: (item) => paths.errors[item] ?? 0,
    totalNs: (item) => paths.totalNs[item] ?? 0,
    selfNs: (item) => paths.selfNs[item] ?? 0,
    span: (item) => paths.slowest[item] ?? 0,
    itemOf: (index) => paths.nodeOf[index] ?? 0,
  };
}

function* timeSteps(tree: DisplayTree, names: TreeFacet): Steps<Flame> {
  const layout = yield* timeFlame(tree);
  const isError = (index: number): boolean => tree.status[index] === STATUS_ERROR;
  return {
    layout,
    errorsBefore: yield* countBefore(layout, isError),
    name: (index) => names.numberOf[index] ?? 0,
    service: (index) => tree.service[index] ?? 0,
    calls: () => 1,
    errors: (index) => (isError(index) ? 1 : 0),
    totalNs: (index) => tree.durationNs[index] ?? 0,
    selfNs: (index) => tree.selfNs[tree.positionOf[index] ?? 0] ?? 0,
    span: (index) => index,
    itemOf: (index) => index,
  };
}

function* findSteps(tree: DisplayTree, names: TreeFacet, flame: Flame, find: string): Steps<Found> {
  const byName = Uint8Array.from(names.texts, (text) => (text.toLowerCase().includes(find) ? 1 : 0));
  const byService = Uint8Array.from(tree.services, (text) => (text.toLowerCase().includes(find) ? 1 : 0));
  const matches = (item: number): boolean => byName[flame.name(item)] === 1 || byService[flame.service(item)] === 1;
  const before = yield* countBefore(flame.layout, matches);
  let selfNs = 0;
  for (let slot = 0; slot < flame.layout.count; slot++) {
    if (slot % SPANS_PER_STEP === SPANS_PER_STEP - 1) yield;
    if (before[slot + 1] !== before[slot]) selfNs += flame.selfNs(flame.layout.item[slot] ?? 0);
  }
  return { before, selfNs };
}

/** By slot, and one more: how many boxes before it are so. */
function* countBefore(layout: FlameLayout, isSo: (item: number) => boolean): Steps<Uint32Array> {
  const before = new Uint32Array(layout.count + 1);
  for (let slot = 0; slot < layout.count; slot++) {
    if (slot % SPANS_PER_STEP === SPANS_PER_STEP - 1) yield;
    before[slot + 1] = (before[slot] ?? 0) + (isSo(layout.item[slot] ?? 0) ? 1 : 0);
  }
  return before;
}
