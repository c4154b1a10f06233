import type { TraceId } from '../core/model/ids.ts';
import type { RowId, RowOptions } from '../protocol/rowApi.ts';
import type { RowWindow, StepKind, ViewInfo } from '../protocol/viewApi.ts';
import { ProtocolError } from '../protocol/errors.ts';
import type { OnlyRows, Views } from './views.ts';

/** Open views of one client kept; opening one more forgets the one not used for longest. */
const MOST_VIEWS = 64;

/**
 * One client's share of the open views: it reaches its own only, cannot push out another's, and leaves none behind.
 * Answers and throws as {@link Views} does; a view of another client is `notFound` like one that does not exist.
 */
export class ClientViews {
  readonly #views: Views;
  /** In order of last use. */
  readonly #own = new Set<number>();

  constructor(views: Views) {
    this.#views = views;
  }

  owns(viewId: number): boolean {
    return this.#own.has(viewId);
  }

  open(traceId: TraceId, options?: RowOptions): ViewInfo {
    const info = this.#views.open(traceId, options);
    this.#own.add(info.viewId);
    if (this.#own.size > MOST_VIEWS) {
      const [oldest] = this.#own;
      if (oldest !== undefined) this.close(oldest);
    }
    return info;
  }

  close(viewId: number): void {
    if (this.#own.delete(viewId)) this.#views.close(viewId);
  }

  closeAll(): void {
    for (const viewId of this.#own) this.#views.close(viewId);
    this.#own.clear();
  }

  info(viewId: number): ViewInfo {
    return this.#use(viewId).info(viewId);
  }

  tree(viewId: number): ReturnType<Views['tree']> {
    return this.#use(viewId).tree(viewId);
  }

  order(viewId: number): ReturnType<Views['order']> {
    return this.#use(viewId).order(viewId);
  }

  places(viewId: number, from: number, count: number): ReturnType<Views['places']> {
    return this.#use(viewId).places(viewId, from, count);
  }

  only(viewId: number, only: OnlyRows | undefined): ViewInfo {
    return this.#use(viewId).only(viewId, only);
  }

  rows(viewId: number, from: number, count: number, anchor: RowId | '', columns?: readonly string[]): RowWindow {
    return this.#use(viewId).rows(viewId, from, count, anchor, columns);
  }

  fold(viewId: number, spanId: RowId, expanded: boolean, recursive: boolean): ViewInfo {
    return this.#use(viewId).fold(viewId, spanId, expanded, recursive);
  }

  locate(viewId: number, spanId: RowId, reveal: boolean): { row: number; info: ViewInfo } {
    return this.#use(viewId).locate(viewId, spanId, reveal);
  }

  step(viewId: number, spanId: RowId, step: StepKind): { spanId: RowId | ''; row: number; info: ViewInfo } {
    return this.#use(viewId).step(viewId, spanId, step);
  }

  #use(viewId: number): Views {
    if (!this.#own.delete(viewId)) throw new ProtocolError('notFound', `view ${viewId} is not open`);
    this.#own.add(viewId);
    return this.#views;
  }
}
