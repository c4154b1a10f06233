import type { CutValue } from '../../src/core/model/attributes.ts';
import type { SpanRef } from '../../src/core/model/span.ts';
import { valuePages } from '../../src/protocol/valuePages.ts';
import type { Host } from '../protocol/host.ts';
import { wholeJson, type StructureCut } from './valueText.ts';

/** The whole of a long value of a span, page by page. Rejects when the span or the value is gone. */
export async function wholeValue(
  host: Pick<Host, 'request'>,
  ref: SpanRef | undefined,
  cut: CutValue | StructureCut,
): Promise<string> {
  if ('value' in cut) return wholeJson(cut.value, (part) => wholeValue(host, ref, part));
  if (!ref) throw new Error('no span is shown');
  let text = '';
  for await (const page of valuePages(ref, cut.ref, (question) => host.request('span/value', question))) text += page;
  return text;
}
