import type { DisplayTree } from '../core/layout/displayTree.ts';
import { SPANS_PER_STEP, type Steps } from '../core/statistics/steps.ts';
import type { FacetField, FacetReader } from '../core/store/facets.ts';
import type { StoreReader } from '../core/store/storeReader.ts';
import type { CancelSignal } from '../protocol/channel.ts';
import type { SlicedWork } from './slicedWork.ts';

/** A field of all spans of a tree: each span's number by index, and the texts. */
export interface TreeFacet {
  readonly numberOf: Uint32Array;
  readonly texts: readonly string[];
}

/** The tree of a view and its revision; what is asked of `around` is asked of this. */
export interface AroundTree {
  readonly tree: DisplayTree;
  readonly revision: number;
}

/** Reads a field of every span, in steps. */
export function* treeFacet(tree: DisplayTree, reader: FacetReader): Steps<TreeFacet> {
  const numberOf = new Uint32Array(tree.count);
  // Bytes of spans are read for some fields: a step of those takes longer than one of columns.
  const step = SPANS_PER_STEP / 8;
  for (let from = 0; from < tree.count; from += step) {
    reader.read(tree.handle, from, Math.min(tree.count, from + step), numberOf);
    yield;
  }
  return { numberOf, texts: reader.texts };
}

/** Fields of trees, each read once a revision. */
export class TreeFacets {
  readonly #store: StoreReader;
  readonly #work: SlicedWork;

  constructor(store: StoreReader, work: SlicedWork) {
    this.#store = store;
    this.#work = work;
  }

  read(tree: DisplayTree, field: FacetField, signal: CancelSignal): Promise<TreeFacet> {
    const key = field.kind === 'attribute' ? `attribute ${field.key}` : field.kind;
    return this.#work.do(tree, `facet ${key}`, signal, () => treeFacet(tree, this.#store.facet(field)));
  }
}
