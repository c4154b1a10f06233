/** Markdown as it is read for showing: the parts of CommonMark and GFM that models write. */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly inlines: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly inlines: readonly Inline[] }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[] }
  | { readonly kind: 'list'; readonly start: number | undefined; readonly items: readonly (readonly Block[])[] }
  | {
      readonly kind: 'table';
      readonly head: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
    }
  | { readonly kind: 'rule' };

export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'em' | 'del'; readonly inlines: readonly Inline[] }
  /** `image`: the address of one, with the text that stands for it. */
  | { readonly kind: 'link' | 'image'; readonly address: string; readonly inlines: readonly Inline[] };

/** Deeper quotes, lists and emphasis stay text: what is drawn recurses. */
const MOST_LEVELS = 8;

const FENCE = /^ {0,3}(`{3,}|~{3,})[ \t]*([^\s`]*)/;
const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+|$)/;
const RULE = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const QUOTE = /^ {0,3}> ?/;
const MARKER = /^( {0,3})([-*+]|\d{1,9}[.)])(?: {1,4}|$)/;
const DASHES = /^[ \t]*:?-+:?[ \t]*$/;

/** Reads a text; never throws, HTML stays text, and time is linear in the text but for its depth. */
export function parseMarkdown(text: string): readonly Block[] {
  return blocksOf(text.replaceAll('\r\n', '\n').split('\n'), 0);
}

function blocksOf(lines: readonly string[], level: number): readonly Block[] {
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const close = (): void => {
    if (paragraph.length > 0)
      blocks.push({ kind: 'paragraph', inlines: inlinesOf(paragraph.join('\n').trim(), level) });
    paragraph = [];
  };
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    if (line.trim() === '') {
      close();
      at++;
      continue;
    }
    const block = blockAt(lines, at, level, paragraph.length > 0);
    if (block) {
      close();
      blocks.push(block.block);
      at = block.next;
    } else {
      paragraph.push(line);
      at++;
    }
  }
  close();
  return blocks;
}

interface Read {
  readonly block: Block;
  /** The line after it. */
  readonly next: number;
}

function blockAt(lines: readonly string[], at: number, level: number, inParagraph: boolean): Read | undefined {
  const line = lines[at] ?? '';
  const fence = FENCE.exec(line);
  if (fence) return fenced(lines, at, fence[1] ?? '', fence[2] ?? '');
  const heading = HEADING.exec(line);
  if (heading) {
    const text = line.slice(heading[0].length).trim();
    return {
      block: { kind: 'heading', level: heading[1]?.length ?? 1, inlines: inlinesOf(withoutHashes(text), level) },
      next: at + 1,
    };
  }
  if (line.length < 1000 && RULE.test(line)) return { block: { kind: 'rule' }, next: at + 1 };
  if (level >= MOST_LEVELS) return undefined;
  if (QUOTE.test(line)) {
    let next = at;
    const inner: string[] = [];
    for (; next < lines.length && QUOTE.test(lines[next] ?? ''); next++)
      inner.push((lines[next] ?? '').replace(QUOTE, ''));
    return { block: { kind: 'quote', blocks: blocksOf(inner, level + 1) }, next };
  }
  const marker = MARKER.exec(line);
  // A number in the middle of a sentence that was wrapped begins no list.
  if (marker && !(inParagraph && /^\d/.test(marker[2] ?? '') && !/^1[.)]/.test(marker[2] ?? ''))) {
    return listAt(lines, at, level);
  }
  return tableAt(lines, at, level);
}

function withoutHashes(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '#') end--;
  return end === 0 || text[end - 1] === ' ' ? text.slice(0, end).trimEnd() : text;
}

function fenced(lines: readonly string[], at: number, mark: string, language: string): Read {
  const inner: string[] = [];
  let next = at + 1;
  for (; next < lines.length; next++) {
    const line = lines[next] ?? '';
    const trimmed = line.trim();
    if (trimmed.length >= mark.length && trimmed === (mark[0] ?? '').repeat(trimmed.length)) break;
    inner.push(line);
  }
  return { block: { kind: 'code', language, text: inner.join('\n') }, next: Math.min(next + 1, lines.length) };
}

function listAt(lines: readonly string[], first: number, level: number): Read {
  const ordered = /^\s*\d/.test(lines[first] ?? '');
  const start = ordered ? Number.parseInt(lines[first] ?? '', 10) : undefined;
  const items: (readonly Block[])[] = [];
  let at = first;
  while (at < lines.length) {
    const marker = MARKER.exec(lines[at] ?? '');
    if (!marker || /^\d/.test(marker[2] ?? '') !== ordered) break;
    const indent = marker[0].length;
    const inner = [(lines[at] ?? '').slice(indent)];
    let blank = false;
    for (at++; at < lines.length; at++) {
      const line = lines[at] ?? '';
      if (line.trim() === '') {
        blank = true;
        inner.push('');
        continue;
      }
      const isInside = /^[ \t]+/.exec(line)?.[0].length ?? 0;
      if (isInside >= Math.min(indent, 2)) inner.push(line.slice(Math.min(isInside, indent)));
      else if (blank || MARKER.test(line) || FENCE.test(line) || HEADING.test(line) || QUOTE.test(line)) break;
      else inner.push(line);
      blank = false;
    }
    items.push(blocksOf(inner, level + 1));
  }
  return { block: { kind: 'list', start, items }, next: at };
}

function tableAt(lines: readonly string[], at: number, level: number): Read | undefined {
  const head = lines[at] ?? '';
  const under = lines[at + 1] ?? '';
  if (!head.includes('|') || !under.includes('-')) return undefined;
  const dashes = cellsOf(under);
  const titles = cellsOf(head);
  if (titles.length !== dashes.length || !dashes.every((cell) => DASHES.test(cell))) return undefined;
  const read = (cells: readonly string[]): readonly (readonly Inline[])[] =>
    titles.map((_, column) => inlinesOf((cells[column] ?? '').trim(), level + 1));
  const rows: (readonly (readonly Inline[])[])[] = [];
  let next = at + 2;
  for (; next < lines.length && (lines[next] ?? '').includes('|'); next++) rows.push(read(cellsOf(lines[next] ?? '')));
  return { block: { kind: 'table', head: read(titles), rows }, next };
}

function cellsOf(line: string): readonly string[] {
  const cells: string[] = [];
  let cell = '';
  const text = line.trim();
  for (let at = text.startsWith('|') ? 1 : 0; at < text.length; at++) {
    if (text[at] === '\\' && text[at + 1] === '|') {
      cell += '|';
      at++;
    } else if (text[at] === '|') {
      cells.push(cell);
      cell = '';
    } else cell += text[at] ?? '';
  }
  if (cell.trim() !== '' || cells.length === 0) cells.push(cell);
  return cells;
}

/** Where a mark stands next; each is looked for once, however often it is asked from before there. */
class Marks {
  readonly #text: string;
  readonly #found = new Map<string, number>();

  constructor(text: string) {
    this.#text = text;
  }

  next(mark: string, from: number): number {
    const known = this.#found.get(mark);
    if (known !== undefined && (known >= from || known < 0)) return known;
    const found = this.#text.indexOf(mark, from);
    this.#found.set(mark, found);
    return found;
  }
}

const ADDRESS = /^https?:\/\/[^\s<>"'`|\\^{}]{1,2000}/;
const SPECIAL = /[\\`*_~[!<h]/g;
const EMPHASIS = [
  ['**', 'strong'],
  ['__', 'strong'],
  ['~~', 'del'],
  ['*', 'em'],
  ['_', 'em'],
] as const;

function inlinesOf(text: string, level: number): readonly Inline[] {
  const inlines: Inline[] = [];
  const marks = new Marks(text);
  let plain = '';
  const add = (inline: Inline): void => {
    if (plain !== '') inlines.push({ kind: 'text', text: plain });
    plain = '';
    inlines.push(inline);
  };
  let at = 0;
  while (at < text.length) {
    SPECIAL.lastIndex = at;
    const special = SPECIAL.exec(text)?.index ?? text.length;
    plain += text.slice(at, special);
    at = special;
    if (at >= text.length) break;
    const read = level < MOST_LEVELS ? inlineAt(text, at, level, marks) : undefined;
    if (read?.inline) {
      add(read.inline);
      at = read.next;
    } else if (read) {
      plain += read.text;
      at = read.next;
    } else {
      plain += text[at] ?? '';
      at++;
    }
  }
  if (plain !== '') inlines.push({ kind: 'text', text: plain });
  return inlines;
}

interface ReadInline {
  readonly inline?: Inline;
  /** Plain text, where it is no more than that. */
  readonly text: string;
  readonly next: number;
}

function inlineAt(text: string, at: number, level: number, marks: Marks): ReadInline | undefined {
  const first = text[at];
  if (first === '\\') {
    const next = text[at + 1] ?? '';
    return /[!-/:-@[-`{-~]/.test(next) ? { text: next, next: at + 2 } : undefined;
  }
  if (first === '`') return codeAt(text, at, marks);
  if (first === '!') {
    const link = text[at + 1] === '[' ? linkAt(text, at + 1, level, marks, 'image') : undefined;
    return link;
  }
  if (first === '[') return linkAt(text, at, level, marks, 'link');
  if (first === '<') {
    const end = marks.next('>', at);
    const inner = end < 0 || end - at > 2000 ? '' : text.slice(at + 1, end);
    return ADDRESS.exec(inner)?.[0] === inner && inner !== ''
      ? { inline: addressLink(inner), text: '', next: end + 1 }
      : undefined;
  }
  if (first === 'h') {
    if (!text.startsWith('http', at) || /\w/.test(text[at - 1] ?? '')) return undefined;
    const address = ADDRESS.exec(text.slice(at, at + 2100))?.[0].replace(/[.,;:!?)\]]{1,8}$/, '');
    return address === undefined ? undefined : { inline: addressLink(address), text: '', next: at + address.length };
  }
  return emphasisAt(text, at, level, marks);
}

function addressLink(address: string): Inline {
  return { kind: 'link', address, inlines: [{ kind: 'text', text: address }] };
}

function codeAt(text: string, at: number, marks: Marks): ReadInline {
  let end = at;
  while (text[end] === '`') end++;
  const mark = text.slice(at, end);
  const close = mark.length > 8 ? -1 : marks.next(mark, end);
  if (close < 0) return { text: mark, next: end };
  const inner = text.slice(end, close).replaceAll('\n', ' ');
  const padded = inner.startsWith(' ') && inner.endsWith(' ') && inner.trim() !== '';
  return { inline: { kind: 'code', text: padded ? inner.slice(1, -1) : inner }, text: '', next: close + mark.length };
}

function linkAt(text: string, at: number, level: number, marks: Marks, kind: 'link' | 'image'): ReadInline | undefined {
  const middle = marks.next('](', at);
  if (middle < 0) return undefined;
  // The nearest opening bracket is meant: one before it is text.
  if (text.slice(at + 1, middle).includes('[')) return undefined;
  const end = marks.next(')', middle);
  if (end < 0 || end - middle > 100_000) return undefined;
  const [address = ''] = text
    .slice(middle + 2, end)
    .trim()
    .split(/\s/, 1);
  if (address === '') return undefined;
  const inlines = inlinesOf(text.slice(at + 1, middle), Math.max(level + 1, MOST_LEVELS - 2));
  return { inline: { kind, address: address.replace(/^<|>$/g, ''), inlines }, text: '', next: end + 1 };
}

function emphasisAt(text: string, at: number, level: number, marks: Marks): ReadInline | undefined {
  for (const [mark, kind] of EMPHASIS) {
    if (!text.startsWith(mark, at)) continue;
    const from = at + mark.length;
    // Of a longer run of marks no part stands alone.
    if (/\s/.test(text[from] ?? ' ') || text[from] === mark[0]) continue;
    const isWord = mark.startsWith('_');
    if (isWord && /\w/.test(text[at - 1] ?? '')) return { text: mark, next: from };
    const close = marks.next(mark, from + 1);
    if (close < 0 || /[\s\\]/.test(text[close - 1] ?? ' ')) continue;
    if (isWord && /\w/.test(text[close + mark.length] ?? '')) continue;
    const inlines = inlinesOf(text.slice(from, close), level + 1);
    return { inline: { kind, inlines }, text: '', next: close + mark.length };
  }
  return undefined;
}
