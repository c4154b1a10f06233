import { Icon } from '../ui/Icon.tsx';

interface TwistyProps {
  readonly open: boolean;
  /** What it opens, in its accessible name; empty where the row says it. */
  readonly what: string;
  readonly onToggle: () => void;
}

/** Opens and closes a row; the keyboard does it by the arrow keys. */
export function Twisty({ open, what, onToggle }: TwistyProps) {
  return (
    <button
      type="button"
      class="step-twisty"
      tabIndex={-1}
      title={open ? 'Close (←)' : 'Open (→)'}
      aria-label={`${open ? 'Close' : 'Open'}${what === '' ? '' : ` ${what}`}`}
      onClick={onToggle}
    >
      <Icon name={open ? 'chevron-down' : 'chevron-right'} />
    </button>
  );
}
