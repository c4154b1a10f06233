import type { SpanRef } from '../core/model/span.ts';
import type { ValueChunk } from './engineApi.ts';

/** Asks for one page of a value: `span/value`. */
export type AskPage = (page: SpanRef & { readonly ref: string; readonly offset: number }) => Promise<ValueChunk>;

/** A long value from its beginning to its end, page by page; a page that does not move on ends it with an error. */
export async function* valuePages(span: SpanRef, ref: string, ask: AskPage): AsyncGenerator<string, void> {
  const { traceId, spanId } = span;
  for (let offset = 0; offset >= 0;) {
    const page = await ask({ traceId, spanId, ref, offset });
    if (page.nextOffset >= 0 && page.nextOffset <= offset) throw new Error('the value could not be read to its end');
    yield page.text;
    offset = page.nextOffset;
  }
}
