import { Icon } from './Icon.tsx';

export interface IconButtonProps {
  readonly icon: string;
  /** Tooltip and accessible name. */
  readonly label: string;
  readonly onClick: () => void;
  /** For buttons that stay down. */
  readonly pressed?: boolean;
  readonly disabled?: boolean;
}

/** A button that is only an icon, as in VS Code's title bars. */
export function IconButton({ icon, label, onClick, pressed, disabled }: IconButtonProps) {
  return (
    <button
      type="button"
      class="icon-button"
      title={label}
      aria-label={label}
      aria-pressed={pressed}
      disabled={disabled ?? false}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
