import type { ModelCall, ModelItem } from '../model/modelCall.ts';

/** JSON up to this length is laid out in lines. */
const MAX_PRETTY = 1024 * 1024;

/**
 * One side of a call as plain text, whole: each item below a line with its role or label, tool and key, JSON laid out in
 * lines. Text of senders as it is: for a text editor or a code block, which show it as text. `wholeOf` gives what an item
 * stands for of which only the beginning is here.
 */
export function sideText(
  call: ModelCall,
  side: 'inputs' | 'outputs',
  wholeOf: (item: ModelItem) => string | undefined = () => undefined,
): string {
  return call[side].map((item) => `${headOf(item)}\n${textOf(item, wholeOf(item))}`).join('\n\n');
}

function headOf({ role, label, part, toolName, from, guess, shortened }: ModelItem): string {
  const what = [role === '' ? label : role, part ?? '', toolName ?? ''].filter((text) => text !== '');
  const notes = [...(guess ? ['looks like it'] : []), ...(shortened ? [shortened.cure] : [])];
  return `[${[...new Set(what)].join(' · ')}] ${from}${notes.map((note) => ` (${note})`).join('')}`;
}

function textOf(item: ModelItem, whole: string | undefined): string {
  if (whole !== undefined) return pretty(whole) ?? whole;
  if (item.cut !== undefined) return `${item.text}…`;
  return (item.json === undefined ? undefined : pretty(item.json)) ?? item.text;
}

function pretty(json: string): string | undefined {
  if (json.length > MAX_PRETTY || !/^\s*[[{]/.test(json)) return undefined;
  try {
    return JSON.stringify(JSON.parse(json), undefined, 2);
  } catch {
    return undefined;
  }
}
