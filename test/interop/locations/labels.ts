import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** The folder of the labelled programs, one folder a language, in each a folder a service. */
export const PROGRAMS = path.join(import.meta.dirname, 'programs');

/** Where a captured span was made, as a comment in its program says. */
export interface Label {
  /** Relative to {@link PROGRAMS}, with `/`. */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  /** Of the span, `*` for any text. */
  readonly name: string;
  /** All of these hold for the span; a key with `|` names what may hold it. */
  readonly conditions: readonly { readonly keys: readonly string[]; readonly value: string }[];
}

/** What labels are compared with; `value` answers `service`, `kind`, `scope`, `parent` and attribute keys. */
export interface LabelledSpan {
  readonly language: string;
  readonly service: string;
  readonly name: string;
  value(key: string): string | undefined;
}

const SOURCES = /\.(?:py|ts|tsx|js|mjs|cjs|go|java|rs|cs)$/;
const LEFT_OUT = new Set(['node_modules', 'target', 'dist', '__pycache__', '.next']);
const MARKERS = /[ \t]*(?:#|\/\/) span: .*$/gm;
const MARKER = /(?:#|\/\/) span: (.+?)(?=[ \t]+(?:#|\/\/) span: |$)/g;
const CONDITION = /^(.*?) \[([^\]=]+)=([^\]]*)\]$/;

/** Every file of the programs that is no build output, relative to {@link PROGRAMS}. */
export function programFiles(): string[] {
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(path.join(PROGRAMS, folder), { withFileTypes: true })) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isFile()) found.push(name);
      else if (entry.isDirectory() && !LEFT_OUT.has(entry.name)) walk(name);
    }
  };
  walk('');
  return found.sort();
}

/** A program's text without labels, line for line the same otherwise: what runs, and what the resolver is shown. */
export function withoutLabels(file: string, text: string): string {
  return SOURCES.test(file) ? text.replace(MARKERS, '') : text;
}

export function readLabels(files: readonly string[] = programFiles()): Label[] {
  return files.filter((file) => SOURCES.test(file)).flatMap((file) => labelsIn(file));
}

function labelsIn(file: string): Label[] {
  const lines = readFileSync(path.join(PROGRAMS, file), 'utf8').split('\n');
  return lines.flatMap((text, index) =>
    [...text.matchAll(MARKER)].map(([, label = '']) => ({ path: file, line: index + 1, ...parseLabel(label.trim()) })),
  );
}

/** `NAME [key=value] [key|key=value]…` */
function parseLabel(text: string): Pick<Label, 'name' | 'conditions'> {
  const conditions: { keys: string[]; value: string }[] = [];
  let name = text;
  for (let match = CONDITION.exec(name); match; match = CONDITION.exec(name)) {
    const [, rest = '', keys = '', value = ''] = match;
    conditions.push({ keys: keys.split('|'), value });
    name = rest;
  }
  return { name, conditions };
}

/**
 * The label of a span: of those in its service's folder, or in a folder of its language that is no service's, that fit
 * it, the one with most conditions.
 * @throws when none fits, or several do
 */
export function labelOf(span: LabelledSpan, labels: readonly Label[], services: ReadonlySet<string>): Label {
  const fitting = labels.filter((label) => {
    const [language, folder = ''] = label.path.split('/');
    if (language !== span.language || (folder !== span.service && services.has(folder))) return false;
    return (
      fits(label.name, span.name) &&
      label.conditions.every(({ keys, value }) => keys.some((key) => fits(value, span.value(key) ?? '')))
    );
  });
  const most = Math.max(...fitting.map(({ conditions }) => conditions.length));
  const [label, second] = fitting.filter(({ conditions }) => conditions.length === most);
  const what = `${span.language} ${span.service}: ${span.name}`;
  if (!label) throw new Error(`no label: ${what}`);
  if (second) throw new Error(`labels at ${label.path}:${label.line} and ${second.path}:${second.line}: ${what}`);
  return label;
}

function fits(glob: string, text: string): boolean {
  const parts = glob.split('*');
  if (parts.length === 1) return glob === text;
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    at = text.indexOf(part, at);
    if (at < 0) return false;
    at += part.length;
  }
  return at <= text.length - last.length;
}
