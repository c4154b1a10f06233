/** One line under the toolbar: what happened and what to do next. */
export interface Notice {
  readonly text: string;
  readonly level: 'info' | 'error';
  readonly action?: { readonly label: string; readonly run: () => void };
}
