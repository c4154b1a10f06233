import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/**
 * Gives a view that opens in place of a trace the keyboard. `close` gives it back to the list or the plot that asked, where that
 * is still there; `closed` is told whether the trace is to have it instead.
 */
export function useOverTrace(closed: (toTrace: boolean) => void): {
  readonly root: RefObject<HTMLDivElement | null>;
  readonly close: () => void;
} {
  const root = useRef<HTMLDivElement>(null);
  const cameFrom = useRef(document.activeElement);
  useEffect(() => root.current?.focus({ preventScroll: true }), []);
  const close = (): void => {
    const { current } = cameFrom;
    const isThere = current instanceof HTMLElement && current !== document.body && current.isConnected;
    closed(!isThere);
    if (isThere) current.focus();
  };
  return { root, close };
}
