/** The code of a notebook as one text, and where its cells stand in it. */
export interface NotebookCode {
  readonly code: string;
  /** In order; lines from 1. */
  readonly cells: readonly { readonly cell: number; readonly firstLine: number; readonly lines: number }[];
}

const MAX_CELLS = 2_000;
/** What IPython reads and Python does not: magics, shell lines, help. */
const NO_PYTHON = /^[ \t]*(?:[%!?].*|\S.*\?)$/gm;

export function isNotebook(path: string): boolean {
  return path.toLowerCase().endsWith('.ipynb');
}

/**
 * The code cells of a Jupyter notebook (nbformat 4) of Python, one below the other; lines that only IPython reads are `pass`.
 * Undefined for text that is no such notebook.
 */
export function notebookCode(text: string): NotebookCode | undefined {
  const notebook = parsed(text);
  if (!notebook || !Array.isArray(notebook['cells']) || !isPython(notebook['metadata'])) return undefined;
  const cells: { cell: number; firstLine: number; lines: number }[] = [];
  const parts: string[] = [];
  let firstLine = 1;
  for (const [cell, value] of (notebook['cells'] as readonly unknown[]).slice(0, MAX_CELLS).entries()) {
    const code = codeOf(value);
    // A cell of another language, of HTML or of a shell.
    if (code === undefined || code.trimStart().startsWith('%%')) continue;
    const lines = code.split('\n').length;
    parts.push(code.replace(NO_PYTHON, (line) => `${/^[ \t]*/.exec(line)?.[0] ?? ''}pass`));
    cells.push({ cell, firstLine, lines });
    firstLine += lines;
  }
  return { code: parts.join('\n'), cells };
}

/** Source of a code cell as it was written; undefined for other cells. */
export function codeOf(cell: unknown): string | undefined {
  const { cell_type: type, source } = (cell ?? {}) as { readonly cell_type?: unknown; readonly source?: unknown };
  const code = Array.isArray(source) ? source.filter((line) => typeof line === 'string').join('') : source;
  return type === 'code' && typeof code === 'string' ? code : undefined;
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

function isPython(metadata: unknown): boolean {
  const { kernelspec, language_info: info } = (metadata ?? {}) as Record<string, Record<string, unknown> | undefined>;
  const language = kernelspec?.['language'] ?? info?.['name'] ?? 'python';
  return language === 'python';
}
