import { Icon } from './Icon.tsx';

export interface IconButtonProps {
  readonly icon: string;
  /** Tooltip and accessible name. */
  readonly label: string;
  readonly onClick: () => void;
  /** For buttons that stay down. */
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  /** For buttons that open a menu. */
  readonly expanded?: boolean;
}

/** A button that is only an icon, as in VS Code's title bars. */
export function IconButton({ icon, label, onClick, pressed, disabled, expanded }: IconButtonProps) {
  return (
    <button
      type="button"
      class="icon-button"
      title={label}
      aria-label={label}
      aria-pressed={pressed}
      aria-expanded={expanded}
      aria-haspopup={expanded === undefined ? undefined : 'menu'}
      disabled={disabled ?? false}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
