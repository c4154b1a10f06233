import { useEffect, useState } from 'preact/hooks';
import { isTyping } from '../app/isTyping.ts';
import { Icon } from '../ui/Icon.tsx';
import { markedText, valueAt } from './markedValue.ts';

export interface FollowButtonProps {
  readonly letterKeys: boolean;
  readonly onFollow: (text: string) => void;
  readonly onNothing: () => void;
  /** Handed the function that follows what is marked, or what the menu was opened on. */
  readonly bind: (follow: (() => void) | undefined) => void;
}

/** The button is this far from the text, and at least so far from the edges. */
const GAP_PX = 4;
const WIDTH_PX = 150;
const HEIGHT_PX = 24;
const LEAST_CHARS = 2;

interface Place {
  readonly left: number;
  readonly top: number;
}

/** Below the end of what is marked in the details or the steps, inside the window. */
function placeOfMarked(): Place | undefined {
  if (markedText().length < LEAST_CHARS) return undefined;
  const rects = document.getSelection()?.getRangeAt(0).getClientRects();
  const last = rects?.[rects.length - 1];
  if (!last || (last.width === 0 && last.height === 0)) return undefined;
  const below = last.bottom + GAP_PX;
  return {
    left: Math.max(GAP_PX, Math.min(last.left, window.innerWidth - WIDTH_PX)),
    top: below + HEIGHT_PX > window.innerHeight ? Math.max(GAP_PX, last.top - HEIGHT_PX - GAP_PX) : below,
  };
}

/** `Follow This Value`: a button beside what is marked, the key `v`, and what the menu's command asks for. */
export function FollowButton({ letterKeys, onFollow, onNothing, bind }: FollowButtonProps) {
  const [place, setPlace] = useState<Place | undefined>(undefined);
  useEffect(() => {
    let frame = 0;
    let pressed = false;
    /** What the last menu was opened on. */
    let menuTarget: EventTarget | null = null;
    const look = (): void => {
      frame = 0;
      setPlace(pressed ? undefined : placeOfMarked());
    };
    const soon = (): void => {
      if (frame === 0) frame = requestAnimationFrame(look);
    };
    const follow = (target: EventTarget | null): void => {
      const text = markedText() || valueAt(target);
      document.getSelection()?.removeAllRanges();
      if (text === '') onNothing();
      else onFollow(text);
    };
    const down = (event: PointerEvent): void => {
      // A press on the button itself ends in a click on it.
      if (event.target instanceof Element && event.target.closest('.follow-button')) return;
      pressed = true;
      soon();
    };
    const up = (): void => {
      pressed = false;
      soon();
    };
    const menu = (event: MouseEvent): void => {
      menuTarget = event.target;
    };
    const key = (event: KeyboardEvent): void => {
      const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
      if (!letterKeys || event.key !== 'v' || !isPlain || event.defaultPrevented || isTyping(event)) return;
      event.preventDefault();
      follow(event.target);
    };
    document.addEventListener('selectionchange', soon);
    document.addEventListener('scroll', soon, true);
    document.addEventListener('pointerdown', down, true);
    document.addEventListener('pointerup', up, true);
    document.addEventListener('contextmenu', menu, true);
    window.addEventListener('keydown', key);
    window.addEventListener('resize', soon);
    bind(() => follow(menuTarget));
    return () => {
      bind(undefined);
      cancelAnimationFrame(frame);
      document.removeEventListener('selectionchange', soon);
      document.removeEventListener('scroll', soon, true);
      document.removeEventListener('pointerdown', down, true);
      document.removeEventListener('pointerup', up, true);
      document.removeEventListener('contextmenu', menu, true);
      window.removeEventListener('keydown', key);
      window.removeEventListener('resize', soon);
    };
  }, [letterKeys]);
  if (!place) return null;
  return (
    <button
      type="button"
      class="follow-button"
      style={{ left: `${place.left}px`, top: `${place.top}px` }}
      title={
        letterKeys
          ? 'Where in the trace this value came from and went (v)'
          : 'Where in the trace this value came from and went'
      }
      onPointerDown={(event) => {
        // What is marked stays marked, and the button where it is.
        event.preventDefault();
        event.stopPropagation();
      }}
      onClick={() => {
        const text = markedText();
        setPlace(undefined);
        document.getSelection()?.removeAllRanges();
        if (text === '') onNothing();
        else onFollow(text);
      }}
    >
      <Icon name="references" /> Follow This Value
    </button>
  );
}
