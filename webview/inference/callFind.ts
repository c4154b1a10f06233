import type { SpanRef } from '../../src/core/model/span.ts';
import type { CallSide, FoundInCall, ValueFind } from '../../src/protocol/callApi.ts';
import type { Host } from '../protocol/host.ts';
import { Store } from '../state/store.ts';
import type { CallFound, CallMatch } from './callView.ts';

export interface CallFindState {
  readonly text: string;
  readonly matchCase: boolean;
  /** Undefined while it is looked for, and without a text. */
  readonly found: FoundInCall | undefined;
  /** Of {@link found}; -1 before the first step. */
  readonly current: number;
}

const NOTHING: CallFindState = { text: '', matchCase: false, found: undefined, current: -1 };

/** Finding in values that the engine holds: it looks through whole texts, here matches are stepped through. */
export class CallFind {
  readonly state = new Store<CallFindState>(NOTHING);
  readonly #ask: (query: ValueFind) => Promise<FoundInCall>;
  #asked = 0;

  constructor(ask: (query: ValueFind) => Promise<FoundInCall>) {
    this.#ask = ask;
  }

  /** In the items of one side of a call. */
  static inSide(request: Host['request'], ref: SpanRef, side: CallSide): CallFind {
    return new CallFind((query) => request('call/find', { ...ref, ...query, side }, { supersede: 'call/find' }));
  }

  /** In one long value, which is item 0. */
  static inValue(request: Host['request'], { traceId, spanId }: SpanRef, ref: string): CallFind {
    return new CallFind(async (query) => {
      const { total, starts } = await request('value/find', { traceId, spanId, ref, ...query });
      return { total, starts, items: new Uint32Array(starts.length) };
    });
  }

  set(query: ValueFind): void {
    this.state.set({ ...query, found: undefined, current: -1 });
    const asked = ++this.#asked;
    if (query.text === '') return;
    this.#ask(query).then(
      (found) => {
        if (asked === this.#asked) this.state.set({ ...query, found, current: found.items.length > 0 ? 0 : -1 });
      },
      () => {
        // A newer question took its place, or the span is gone, which the details say.
      },
    );
  }

  step(forward: boolean): void {
    const { found, current } = this.state.value;
    const count = found?.items.length ?? 0;
    if (count === 0) return;
    this.state.set({ ...this.state.value, current: (current + (forward ? 1 : -1) + count) % count });
  }
}

/** Matches by item, for drawing; undefined when nothing is looked for. */
export function foundByItem(state: CallFindState): Omit<CallFound, 'current'> | undefined {
  const { found, text, matchCase } = state;
  if (!found) return undefined;
  const byItem = new Map<number, number[]>();
  found.items.forEach((item, index) => {
    const starts = byItem.get(item) ?? [];
    starts.push(found.starts[index] ?? 0);
    byItem.set(item, starts);
  });
  return { text, matchCase, total: found.total, byItem };
}

export function currentMatch({ found, current }: CallFindState): CallMatch | undefined {
  const item = found?.items[current];
  return item === undefined ? undefined : { item, start: found?.starts[current] ?? 0 };
}
