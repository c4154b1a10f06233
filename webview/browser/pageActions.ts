import { contentLibrary, exportLines } from '../../src/core/launch/contentLibraries.ts';
import type { SavedSource } from '../../src/protocol/panelApi.ts';
import type { AskPage } from '../../src/protocol/valuePages.ts';
import { keepLooks } from './pageLooks.ts';
import { download } from './savedFile.ts';
import { checkedBook, EMPTY_BOOK, type FilterBook } from '../../src/protocol/filterApi.ts';

const FILTERS = 'spanline.filters';
/** Makes exporters send sooner; the same text the command in VS Code copies. */
const SCHEDULE_DELAY = 'OTEL_BSP_SCHEDULE_DELAY=200';

interface Request {
  readonly k: 'q';
  readonly id: number;
  readonly m: string;
  readonly p: unknown;
}

/**
 * Answers a request of the panel that only the browser can: the clipboard is the tab's. True when it was answered, or is
 * being answered, here.
 */
export function answerHere(message: unknown, deliver: (message: unknown) => void, ask: AskPage): boolean {
  if (!isRequest(message)) return false;
  if (message.m === 'value/save') {
    const { what, source } = message.p as { readonly what: string; readonly source: SavedSource };
    download(what, source, ask).then(
      (saved) => deliver({ k: 'a', id: message.id, r: { saved } }),
      (error: unknown) => deliver({ k: 'e', id: message.id, c: 'failed', t: String(error) }),
    );
    return true;
  }
  if (message.m === 'filter/book' || message.m === 'filter/keep') {
    // Answers come after the request that asks for them, as from anywhere else.
    queueMicrotask(() => deliver({ k: 'a', id: message.id, r: keptFilters(message) }));
    return true;
  }
  if (message.m === 'looks/keep') {
    const looks = keepLooks(message.p);
    queueMicrotask(() => {
      deliver({ k: 'a', id: message.id });
      deliver({ k: 'v', n: 'panel/looks', p: looks });
    });
    return true;
  }
  const text = copiedText(message);
  if (text === undefined) return false;
  navigator.clipboard.writeText(text).then(
    () => deliver({ k: 'a', id: message.id, ...(message.m === 'content/turnOn' && { r: { copied: true } }) }),
    () => deliver({ k: 'e', id: message.id, c: 'failed', t: 'The browser does not allow this page to copy.' }),
  );
  return true;
}

/** Filters are the browser's to keep: the server has no place for what one tab likes. */
function keptFilters({ m, p }: Request): FilterBook | undefined {
  try {
    if (m === 'filter/book') return checkedBook(JSON.parse(localStorage.getItem(FILTERS) ?? 'null'));
    localStorage.setItem(FILTERS, JSON.stringify(checkedBook(p)));
  } catch {
    // A browser that keeps nothing, or something else under this key: the tab begins without.
  }
  return m === 'filter/book' ? EMPTY_BOOK : undefined;
}

function copiedText({ m, p }: Request): string | undefined {
  const { text, action, library } = (typeof p === 'object' && p !== null ? p : {}) as Readonly<Record<string, unknown>>;
  if (m === 'clipboard/write' && typeof text === 'string') return text;
  if (m === 'content/turnOn') return exportLines(contentLibrary(library)?.variables ?? {});
  if (m !== 'panel/action') return undefined;
  if (action === 'copyScheduleDelay') return SCHEDULE_DELAY;
  return action === 'copyEndpoint' ? document.documentElement.dataset['endpoint'] : undefined;
}

/** Whether a message is the panel's first: how the page looks is told after the answer to it. */
export function isReadyRequest(message: unknown): message is { readonly id: number } {
  return isRequest(message) && message.m === 'panel/ready';
}

function isRequest(message: unknown): message is Request {
  const { k, id, m } = (typeof message === 'object' && message !== null ? message : {}) as Readonly<
    Record<string, unknown>
  >;
  return k === 'q' && typeof id === 'number' && typeof m === 'string';
}
