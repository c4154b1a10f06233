import { useRef } from 'preact/hooks';

export interface SplitterProps {
  /** `vertical`: a line from top to bottom that moves sideways. */
  readonly orientation: 'vertical' | 'horizontal';
  readonly label: string;
  /** Size of the part the splitter belongs to, in pixels. */
  readonly size: number;
  readonly least: number;
  readonly most: number;
  /** The part lies after the splitter (right or below), so that it grows when dragged back. */
  readonly after?: boolean;
  readonly onResize: (size: number) => void;
}

const KEY_STEP_PX = 16;

/** A sash: drag it, or move it with the arrow keys while it has focus. */
export function Splitter({ orientation, label, size, least, most, after, onResize }: SplitterProps) {
  const start = useRef<{ readonly at: number; readonly size: number } | null>(null);
  const vertical = orientation === 'vertical';
  const clamp = (value: number): number => Math.round(Math.min(Math.max(least, value), Math.max(least, most)));
  const along = (event: PointerEvent): number => (vertical ? event.clientX : event.clientY);
  const sign = after === true ? -1 : 1;
  return (
    <div
      class={`splitter ${orientation}`}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={orientation}
      aria-valuenow={Math.round(size)}
      aria-valuemin={Math.round(least)}
      aria-valuemax={Math.round(Math.max(least, most))}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { at: along(event), size };
        event.preventDefault();
      }}
      onPointerMove={(event) => {
        const from = start.current;
        if (from) onResize(clamp(from.size + sign * (along(event) - from.at)));
      }}
      onPointerUp={() => {
        start.current = null;
      }}
      onPointerCancel={() => {
        start.current = null;
      }}
      onKeyDown={(event) => {
        const back = vertical ? 'ArrowLeft' : 'ArrowUp';
        const forth = vertical ? 'ArrowRight' : 'ArrowDown';
        if (event.key !== back && event.key !== forth) return;
        event.preventDefault();
        event.stopPropagation();
        onResize(clamp(size + sign * (event.key === forth ? KEY_STEP_PX : -KEY_STEP_PX)));
      }}
    />
  );
}
