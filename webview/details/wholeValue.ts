import type { CutValue } from '../../src/core/model/attributes.ts';
import type { SpanRef } from '../../src/core/model/span.ts';
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
  let offset = 0;
  while (offset >= 0) {
    const page = await host.request('span/value', { ...ref, ref: cut.ref, offset });
    // A page that does not move on would never end.
    if (page.nextOffset >= 0 && page.nextOffset <= offset) throw new Error('the value could not be read to its end');
    text += page.text;
    offset = page.nextOffset;
  }
  return text;
}
