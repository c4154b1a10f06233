import { parse } from 'jsonc-parser';

/** `spanline.trace.functions` as the text of a `.vscode/settings.json` has it; undefined when it does not. */
export function tracedListIn(settings: string): unknown {
  // The order of a file with a mistake is as good as it can be read.
  const value: unknown = parse(settings, [], { allowTrailingComma: true });
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)['spanline.trace.functions'];
}
