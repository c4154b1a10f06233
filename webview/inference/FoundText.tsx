import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ModelItem } from '../../src/core/model/modelCall.ts';
import { visibleText } from '../../src/core/text/visibleText.ts';
import type { CallFound } from './callView.ts';
import { PagedText } from './PagedText.tsx';
import { shownPlaces } from './shownPlaces.ts';
import { markRanges, rangeOf } from './textMarks.ts';

/** Matches marked in one text. */
const MOST_MARKED = 2000;

export interface FoundTextProps {
  readonly item: ModelItem;
  readonly index: number;
  readonly found: CallFound;
}

/** An item in which something is found: its text as it was sent, whole, with the matches marked. */
export function FoundText({ item, index, found }: FoundTextProps) {
  const current = found.current?.item === index ? found.current.start : undefined;
  if (item.cut) return <PagedText cut={item.cut} what={item.label} found={found} current={current} />;
  return (
    <MarkedText text={item.text} starts={found.byItem.get(index) ?? []} length={found.text.length} current={current} />
  );
}

interface MarkedTextProps {
  readonly text: string;
  readonly starts: readonly number[];
  readonly length: number;
  readonly current: number | undefined;
}

function MarkedText({ text, starts, length, current }: MarkedTextProps) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const node = box.current?.firstChild;
    const owner = {};
    if (!node) return undefined;
    const places = [...starts.slice(0, MOST_MARKED), ...(current === undefined ? [] : [current])];
    const shownAt = shownPlaces(text, [...places, ...places.map((start) => start + length)]);
    const range = (start: number): Range => rangeOf(node, shownAt.get(start) ?? 0, shownAt.get(start + length) ?? 0);
    const marked = current === undefined ? undefined : range(current);
    markRanges(owner, starts.slice(0, MOST_MARKED).map(range), marked);
    if (marked) scrollToRange(marked, box.current);
    return () => markRanges(owner, [], undefined);
  }, [text, starts, length, current]);
  return (
    <div class="text-value" ref={box}>
      {visibleText(text)}
    </div>
  );
}

/** Brings a range into the middle of what scrolls around it. */
function scrollToRange(range: Range, box: Element | null): void {
  const scroller = box?.closest('.tab-panel');
  if (!scroller) return;
  const [around, at] = [scroller.getBoundingClientRect(), range.getBoundingClientRect()];
  if (at.top >= around.top && at.bottom <= around.bottom) return;
  scroller.scrollTop += at.top - around.top - around.height / 2;
}
