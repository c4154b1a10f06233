import type { AttributeValue } from '../model/attributes.ts';
import { readKeyValues, scalarText } from '../otlp/anyValue.ts';
import { FieldCursor } from '../otlp/fieldCursor.ts';
import { isAbsolutePath } from '../source/absolutePath.ts';
import type { Segment } from './segment.ts';

const MAX_VALUE = 4096;
const SHORT = { inlineBytes: MAX_VALUE, ref: (): string => '' };

/** What a resource says of the process that matters for finding its source. */
export interface ProcessHints {
  /** `telemetry.sdk.language`, lower case, or empty. */
  readonly language: string;
  /** Absolute directories, most telling first. */
  readonly baseDirectories: readonly string[];
  /** What the process's container or machine is called; left out when nothing says. */
  readonly hosts?: readonly string[];
}

const HOST_KEYS = ['container.name', 'k8s.container.name', 'k8s.deployment.name', 'host.name'] as const;

/** Where a base directory may stand on a resource, most telling first. */
const DIRECTORY_KEYS: readonly { readonly key: string; readonly read: (value: AttributeValue) => string }[] = [
  { key: 'process.working_directory', read: scalarText },
  { key: 'logfire.code.work_dir', read: scalarText },
  { key: 'process.command', read: (value) => directoryOf(scalarText(value)) },
  // The first argument is the interpreter, the second the program it runs.
  {
    key: 'process.command_args',
    read: (value) => (value.type === 'array' ? directoryOf(textAt(value.values, 1)) : ''),
  },
];

/** Process hints of resource `index` of a segment. */
export function readProcessHints(segment: Segment, index: number): ProcessHints {
  const { bytes, start, end } = segment.resources.message(index);
  const cursor = new FieldCursor(bytes, start, end);
  const attributes = readKeyValues(cursor, 1, SHORT);
  const language = attributes.findLast((attribute) => attribute.key === 'telemetry.sdk.language');
  const directories: string[] = [];
  for (const { key, read } of DIRECTORY_KEYS) {
    const attribute = attributes.findLast((candidate) => candidate.key === key);
    if (attribute === undefined) continue;
    const directory = read(attribute.value);
    if (isAbsolutePath(directory) && !directories.includes(directory)) directories.push(directory);
  }
  const hosts = HOST_KEYS.flatMap((key) => {
    const found = attributes.findLast((attribute) => attribute.key === key);
    const name = found === undefined ? '' : scalarText(found.value).slice(0, 200);
    return name === '' ? [] : [name];
  });
  return {
    language: language === undefined ? '' : scalarText(language.value).toLowerCase().slice(0, 64),
    baseDirectories: directories,
    ...(hosts.length > 0 ? { hosts } : {}),
  };
}

function textAt(values: readonly AttributeValue[], index: number): string {
  const value = values[index];
  return value === undefined ? '' : scalarText(value);
}

/** The path up to its last separator, POSIX or Windows; empty when there is none. */
function directoryOf(path: string): string {
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return cut < 0 ? '' : path.slice(0, Math.max(cut, 1));
}
