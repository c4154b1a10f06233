import { useEffect, useRef, useState } from 'preact/hooks';
import { isTyping } from './isTyping.ts';

export interface KeysOverlayState {
  readonly shown: boolean;
  readonly show: () => void;
  readonly close: () => void;
}

/**
 * Shows the list of keys, with `letterKeys` on `?` from anywhere in the panel where no text is typed. Closed, it gives the
 * keyboard back to what had it, or to `fallback` when that is gone.
 */
export function useKeysOverlay(letterKeys: boolean, fallback: () => void): KeysOverlayState {
  const [shown, setShown] = useState(false);
  const before = useRef<HTMLElement | undefined>(undefined);
  // As of the last key, not of the last drawing: a key right behind the one that closed the list is not lost.
  const isShown = useRef(false);
  const show = (): void => {
    const { activeElement } = document;
    before.current =
      activeElement instanceof HTMLElement && activeElement !== document.body ? activeElement : undefined;
    isShown.current = true;
    setShown(true);
  };
  useEffect(() => {
    if (!letterKeys) return;
    const press = (event: KeyboardEvent): void => {
      if (event.key !== '?' || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isShown.current || event.defaultPrevented || isTyping(event)) return;
      event.preventDefault();
      show();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [letterKeys]);
  const close = (): void => {
    isShown.current = false;
    setShown(false);
    if (before.current?.isConnected === true) before.current.focus({ preventScroll: true });
    else fallback();
  };
  return { shown, show, close };
}
