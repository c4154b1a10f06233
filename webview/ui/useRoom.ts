import { useLayoutEffect, useState } from 'preact/hooks';

/** Pixels inside an element, scrollbars left out. */
export interface Room {
  readonly width: number;
  readonly height: number;
}

/** The room of an element, followed while it changes; `first` before the element is there. */
export function useRoom(ref: { readonly current: HTMLElement | null }, first: Room): Room {
  const [room, setRoom] = useState(first);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const read = (): void => setRoom({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(read);
    observer.observe(element);
    read();
    return () => observer.disconnect();
  }, []);
  return room;
}
