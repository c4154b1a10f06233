import { valuePages, type AskPage } from '../../src/protocol/valuePages.ts';
import type { SavedSource } from '../../src/protocol/panelApi.ts';

/** Hands a value to the browser as a download; answers the file's name. */
export async function download(what: string, source: SavedSource, ask: AskPage): Promise<string> {
  const parts: string[] = [];
  if ('text' in source) parts.push(source.text);
  else for await (const page of valuePages(source, source.ref, ask)) parts.push(page);
  const clean = what
    .replace(/[^\w .-]+/g, '_')
    .replace(/^[. _]+|[. _]+$/g, '')
    .slice(0, 60);
  const name = clean === '' ? 'value.txt' : /\.[a-z]{1,5}$/.test(clean) ? clean : `${clean}.txt`;
  const address = URL.createObjectURL(new Blob(parts, { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return name;
}
