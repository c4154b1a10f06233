import type { StackFrame } from '../model/source.ts';
import { fromFileUri } from './refusePath.ts';

/** A longer text is read at its two ends: Python puts the innermost frame last, the others first. */
const MAX_TEXT = 64 * 1024;
const MAX_LINE = 2_000;
const MAX_FRAMES = 1_000;

/** A frame before it is put in order. `start` and `end` are offsets in its line. */
interface FoundFrame {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly functionName: string;
  readonly start: number;
  readonly end: number;
  readonly outermostFirst?: true;
}

/**
 * Frames with a file and a line, innermost first, of a stack trace in the form of Python (`traceback`), V8
 * (`Error.stack`), Java (`printStackTrace`), Go (`runtime.Stack`) or .NET (`Exception.ToString`). Frames without a
 * file (native, `<frozen …>`, `node:internal`) are left out. Linear in the text, of which at most 64 KiB are read.
 */
export function parseStackTrace(text: string): StackFrame[] {
  const frames: { frame: StackFrame; outermostFirst: boolean }[] = [];
  let previous = '';
  for (const [from, to] of ranges(text)) {
    let at = from;
    while (at < to && frames.length < MAX_FRAMES) {
      const newline = text.indexOf('\n', at);
      const lineEnd = newline < 0 || newline > to ? to : newline;
      const line = text.slice(at, Math.min(lineEnd, at + MAX_LINE)).replace(/\r$/, '');
      const found = readLine(line, previous);
      if (found) {
        const { start, end, outermostFirst, ...rest } = found;
        const frame = { ...rest, textStart: at + start, textEnd: at + end };
        frames.push({ frame, outermostFirst: outermostFirst === true });
      }
      previous = line;
      at = lineEnd + 1;
    }
  }
  return inOrder(frames);
}

function ranges(text: string): [number, number][] {
  if (text.length <= MAX_TEXT) return [[0, text.length]];
  return [
    [0, MAX_TEXT / 2],
    [text.length - MAX_TEXT / 2, text.length],
  ];
}

/** Turns each run of outermost-first frames around; chained tracebacks end with the error that was raised last. */
function inOrder(frames: readonly { frame: StackFrame; outermostFirst: boolean }[]): StackFrame[] {
  const ordered: StackFrame[] = [];
  let run: StackFrame[] = [];
  for (const { frame, outermostFirst } of frames) {
    if (outermostFirst) {
      run.push(frame);
      continue;
    }
    ordered.push(...run.reverse(), frame);
    run = [];
  }
  ordered.push(...run.reverse());
  return ordered;
}

function readLine(line: string, previous: string): FoundFrame | undefined {
  let start = 0;
  // Exception groups put `|` and `+-+---` before the line.
  while (start < line.length && ' \t|+-'.includes(line[start] ?? '')) start++;
  if (line.startsWith('File "', start)) return readPython(line, start);
  if (line.startsWith('at ', start)) return readAt(line, start + 3);
  if (start > 0 && line.includes('.go:')) return readGo(line, start, previous);
  return undefined;
}

/** `File "<path>", line <N>, in <function>` */
function readPython(line: string, start: number): FoundFrame | undefined {
  const pathStart = start + 'File "'.length;
  const mark = line.indexOf('", line ', pathStart);
  if (mark < 0) return undefined;
  const number = digits(line, mark + '", line '.length);
  const path = line.slice(pathStart, mark);
  if (!number || isPseudo(path)) return undefined;
  const rest = line.slice(number.end);
  const functionName = rest.startsWith(', in ') ? rest.slice(', in '.length).trim() : '';
  return { path, line: number.value, column: 0, functionName, start, end: number.end, outermostFirst: true };
}

/** `at …` of V8, Java and .NET; `start` is behind the `at `. */
function readAt(line: string, start: number): FoundFrame | undefined {
  return readDotNet(line, start) ?? readJava(line, start) ?? readV8(line, start);
}

/** `at Ns.Cls.M(Type arg) in /path/File.cs:line 42` */
function readDotNet(line: string, start: number): FoundFrame | undefined {
  const mark = line.lastIndexOf(':line ');
  if (mark < 0) return undefined;
  const close = line.indexOf(') in ', start);
  const number = digits(line, mark + ':line '.length);
  if (close < 0 || close > mark || !number) return undefined;
  const pathStart = close + ') in '.length;
  const open = line.indexOf('(', start);
  const functionName = line.slice(start, open < 0 ? close : open);
  const path = line.slice(pathStart, mark);
  return { path, line: number.value, column: 0, functionName, start: pathStart, end: number.end };
}

/** `at [module/]pkg.Cls.m(File.java:13)`; the file is a bare name, its folder is the package. */
function readJava(line: string, start: number): FoundFrame | undefined {
  const open = line.indexOf('(', start);
  const close = line.indexOf(')', open);
  if (open <= start || close < 0 || line[open - 1] === ' ') return undefined;
  const colon = line.lastIndexOf(':', close);
  const file = line.slice(open + 1, colon);
  const number = digits(line, colon + 1);
  if (colon < open || number?.end !== close || !/^[\w$-]+\.(java|kt|scala|groovy|clj)$/.test(file)) return undefined;
  const functionName = line.slice(line.lastIndexOf('/', open) + 1 || start, open).trim();
  const names = functionName.split('.');
  const path = [...names.slice(0, -2), file].join('/');
  return { path, line: number.value, column: 0, functionName, start: open + 1, end: close };
}

/** `at [async ][new ]fn (location)` or `at location`, where location is `path:line:column`. */
function readV8(line: string, start: number): FoundFrame | undefined {
  let from = start;
  let to = line.trimEnd().length;
  let functionName = '';
  if (line[to - 1] === ')') {
    const open = line.indexOf(' (', start);
    if (open < 0) return undefined;
    functionName = line
      .slice(start, open)
      .replace(/^async /, '')
      .replace(/ \[as .*$/, '');
    from = open + 2;
    to -= 1;
    if (line.startsWith('eval at ', from)) {
      // `eval at f (path:1:2), <anonymous>:3:4`: the place of the eval is the innermost one with a file.
      to = line.indexOf(')', from);
      from = line.lastIndexOf('(', to) + 1;
    }
  } else if (line.startsWith('async ', start)) {
    from = start + 'async '.length;
  }
  const location = readLocation(line, from, to);
  return location && { ...location, functionName };
}

function readLocation(line: string, from: number, to: number): Omit<FoundFrame, 'functionName'> | undefined {
  const last = numberBefore(line, from, to);
  if (!last) return undefined;
  const beforeLast = numberBefore(line, from, last.colon);
  const path = line.slice(from, (beforeLast ?? last).colon);
  if (path === '' || isPseudo(path)) return undefined;
  const place = beforeLast ? { line: beforeLast.value, column: last.value } : { line: last.value, column: 0 };
  return { path: fromFileUri(path), ...place, start: from, end: to };
}

/** `\t/abs/file.go:12 +0x1f` below the line of its function. */
function readGo(line: string, start: number, previous: string): FoundFrame | undefined {
  const mark = line.indexOf('.go:', start);
  const number = digits(line, mark + '.go:'.length);
  if (!number) return undefined;
  const path = line.slice(start, mark + '.go'.length);
  const call = previous.replace(/^created by /, '').replace(/ in goroutine \d+$/, '');
  const open = call.endsWith(')') ? call.lastIndexOf('(') : -1;
  const functionName = open > 0 ? call.slice(0, open) : call.trim();
  return { path, line: number.value, column: 0, functionName, start, end: number.end };
}

/** Code without a file of its own. */
function isPseudo(path: string): boolean {
  return path.startsWith('<') || path.startsWith('node:') || path === 'native' || path === 'anonymous';
}

/** The decimal number at `at`, of at most nine digits. */
function digits(text: string, at: number): { readonly value: number; readonly end: number } | undefined {
  let end = at;
  while (end < text.length && end - at < 10 && isDigit(text, end)) end++;
  if (end === at || end - at > 9) return undefined;
  return { value: Number(text.slice(at, end)), end };
}

/** The number behind the last `:` before `to`, when it reaches up to `to`. */
function numberBefore(text: string, from: number, to: number): { value: number; colon: number } | undefined {
  let at = to;
  while (at > from && to - at < 10 && isDigit(text, at - 1)) at--;
  if (at === to || to - at > 9 || at <= from || text[at - 1] !== ':') return undefined;
  return { value: Number(text.slice(at, to)), colon: at - 1 };
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}
