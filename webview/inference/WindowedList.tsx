import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { EntryHeights } from './entryHeights.ts';

/** Shorter lists are drawn whole. */
const ALL_BELOW = 60;
/** A jump to an entry that was never drawn is made again so often: heights on the way are guesses. */
const MOST_TRIES = 8;
/** Pixels drawn above and below what is in sight. */
const SPARE_PX = 1000;

export interface WindowedListProps {
  readonly count: number;
  readonly label: string;
  readonly render: (index: number) => ComponentChildren;
  /** The entry to bring into sight; every other value does so anew. */
  readonly reveal: { readonly index: number } | undefined;
}

interface Window {
  readonly first: number;
  readonly last: number;
}

/** A long list of entries of unlike height, of which only those near the viewport are in the document. */
export function WindowedList({ count, label, render, reveal }: WindowedListProps) {
  const box = useRef<HTMLDivElement>(null);
  const heights = useRef(new EntryHeights());
  const [range, setRange] = useState<Window>({ first: 0, last: Math.min(count, ALL_BELOW) - 1 });
  const isWindowed = count > ALL_BELOW;
  const wanted = useRef<{ readonly index: number; tries: number } | undefined>(undefined);
  heights.current.resize(count);

  const look = (): void => {
    const scroller = box.current?.closest('.tab-panel');
    if (!box.current || !scroller) return;
    const top = scroller.getBoundingClientRect().top - box.current.getBoundingClientRect().top;
    const next = heights.current.within(top - SPARE_PX, top + scroller.clientHeight + SPARE_PX);
    setRange((before) => (before.first === next.first && before.last === next.last ? before : next));
  };
  const jumpTo = (index: number): void => {
    const scroller = box.current?.closest('.tab-panel');
    if (!box.current || !scroller) return;
    const top = box.current.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    scroller.scrollTop += top + heights.current.topOf(index);
    look();
  };
  useEffect(() => {
    const scroller = box.current?.closest('.tab-panel');
    if (!isWindowed || !scroller) return undefined;
    scroller.addEventListener('scroll', look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(scroller);
    look();
    return () => {
      scroller.removeEventListener('scroll', look);
      observer.disconnect();
    };
  }, [isWindowed, count]);
  useLayoutEffect(() => {
    if (!isWindowed || !box.current) return undefined;
    const measure = (): void => {
      let changed = false;
      for (const entry of box.current?.children ?? []) {
        const index = Number(entry.getAttribute('data-entry') ?? '-1');
        if (index >= 0 && heights.current.measured(index, entry.getBoundingClientRect().height)) changed = true;
      }
      if (changed) look();
    };
    measure();
    const target = wanted.current;
    if (target) {
      const element = box.current.querySelector(`[data-entry="${target.index}"]`);
      if (element) element.scrollIntoView({ block: 'nearest' });
      if (element || target.tries-- <= 0) wanted.current = undefined;
      // What was measured on the way moved it.
      else jumpTo(target.index);
    }
    const observer = new ResizeObserver(measure);
    for (const entry of box.current.children) observer.observe(entry);
    return () => observer.disconnect();
  });
  useEffect(() => {
    const scroller = box.current?.closest('.tab-panel');
    if (!reveal || !box.current || !scroller) return;
    const element = box.current.querySelector(`[data-entry="${reveal.index}"]`);
    if (element) {
      // A match inside scrolls itself into sight; an entry that is higher than the view is not moved for it.
      if (element.getBoundingClientRect().height < scroller.clientHeight) element.scrollIntoView({ block: 'nearest' });
      return;
    }
    wanted.current = { index: reveal.index, tries: MOST_TRIES };
    jumpTo(reveal.index);
  }, [reveal]);

  const { first, last } = isWindowed ? range : { first: 0, last: count - 1 };
  const end = Math.min(last, count - 1);
  return (
    <div class="conversation" ref={box} role="feed" aria-label={label} aria-busy={false}>
      {isWindowed && <div style={{ height: `${heights.current.topOf(first)}px` }} aria-hidden="true" />}
      {Array.from({ length: Math.max(0, end - first + 1) }, (_, at) => {
        const index = first + at;
        return (
          <article key={index} class="entry" data-entry={index} aria-posinset={index + 1} aria-setsize={count}>
            {render(index)}
          </article>
        );
      })}
      {isWindowed && (
        <div style={{ height: `${heights.current.total - heights.current.topOf(end + 1)}px` }} aria-hidden="true" />
      )}
    </div>
  );
}
