import { removeStyleNonce } from './styleNonce.ts';
import { provideVSCodeDesignSystem, vsCodeButton } from '@vscode/webview-ui-toolkit';

/** Registers the toolkit's elements that this folder wraps. Call once, before the first drawing. */
export function registerToolkit(): void {
  removeStyleNonce();
  provideVSCodeDesignSystem().register(vsCodeButton());
}
