import { createElement, type ComponentChildren } from 'preact';

export interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onClick: () => void;
  readonly secondary?: boolean;
  readonly disabled?: boolean;
  readonly title?: string;
}

/** A text button in VS Code's look. */
export function Button({ children, onClick, secondary, disabled, title }: ButtonProps) {
  return createElement(
    'vscode-button',
    {
      appearance: secondary === true ? 'secondary' : 'primary',
      disabled: disabled ?? false,
      onClick,
      ...(title === undefined ? {} : { title }),
    } as object,
    children,
  );
}
