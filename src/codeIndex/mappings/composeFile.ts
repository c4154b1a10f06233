import { parse } from 'yaml';
import { fieldsOf, listOf, textOf, type Fields } from './untypedValue.ts';

/** A service of a compose file, as far as it tells where its source is. Paths as written, variables replaced. */
export interface ComposeService {
  readonly name: string;
  /** Names the running process may go by: the service's, container, host, `OTEL_SERVICE_NAME`. */
  readonly names: readonly string[];
  /** Bind mounts: a host path (relative to the file's folder) and a path in the container. */
  readonly mounts: readonly { readonly source: string; readonly target: string }[];
  readonly build?: { readonly context: string; readonly dockerfile: string; readonly target: string };
  readonly workingDirectory: string;
}

const MAX_SERVICES = 200;
const MAX_MOUNTS = 50;

/** Services of a compose file (the Compose Specification). Answers none for text that is not one; never throws. */
export function readComposeFile(text: string): ComposeService[] {
  let document: unknown;
  try {
    document = parse(text, { merge: true, maxAliasCount: 100, logLevel: 'silent' });
  } catch {
    return [];
  }
  const services = fieldsOf(fieldsOf(document)?.['services']);
  if (!services) return [];
  return Object.entries(services)
    .slice(0, MAX_SERVICES)
    .flatMap(([name, value]) => {
      const service = fieldsOf(value);
      return service ? [readService(name, service)] : [];
    });
}

function readService(name: string, service: Fields): ComposeService {
  const environment = readEnvironment(service['environment']);
  const named = [
    name,
    textOf(service['container_name']),
    textOf(service['hostname']),
    environment.get('OTEL_SERVICE_NAME') ?? '',
    /(?:^|,)\s*service\.name=([^,]{1,200})/.exec(environment.get('OTEL_RESOURCE_ATTRIBUTES') ?? '')?.[1] ?? '',
  ];
  const mounts = [...listOf(service['volumes']).map(readVolume), ...watched(service)].flatMap((mount) => {
    if (!mount) return [];
    const [source, target] = [expand(mount.source), expand(mount.target)];
    return source === undefined || target === undefined ? [] : [{ source, target }];
  });
  const build = readBuild(service['build']);
  return {
    name,
    names: [...new Set(named.map((each) => expand(each) ?? '').filter((each) => each !== ''))],
    mounts: mounts.slice(0, MAX_MOUNTS),
    ...(build ? { build } : {}),
    workingDirectory: expand(textOf(service['working_dir'])) ?? '',
  };
}

function readVolume(volume: unknown): { source: string; target: string } | undefined {
  const long = fieldsOf(volume);
  if (long) return textOf(long['type']) === 'volume' ? undefined : pair(long['source'], long['target']);
  // `./src:/app/src:ro`, `C:\src:/app`, `${DIR:-.}:/app`; a source without a path sign is a named volume.
  const found = /^((?:[A-Za-z]:[\\/]|\$\{[^}]{1,200}\}|[.~/$])[^:]{0,1000}):([^:]{1,1000})(?::[^:]*)?$/.exec(
    textOf(volume),
  );
  return found ? pair(found[1], found[2]) : undefined;
}

/** `develop.watch` copies files into the running container. */
function watched(service: Fields): ({ source: string; target: string } | undefined)[] {
  return listOf(fieldsOf(service['develop'])?.['watch']).map((rule) =>
    pair(fieldsOf(rule)?.['path'], fieldsOf(rule)?.['target']),
  );
}

function readBuild(build: unknown): ComposeService['build'] {
  const whole = fieldsOf(build);
  const context = expand(whole ? textOf(whole['context']) || '.' : textOf(build));
  if (context === undefined || context === '' || /^\w+:\/\/|^git@/.test(context)) return undefined;
  return {
    context,
    dockerfile: expand(textOf(whole?.['dockerfile'])) || 'Dockerfile',
    target: expand(textOf(whole?.['target'])) ?? '',
  };
}

/** `KEY: value` or a list of `KEY=value`. */
function readEnvironment(environment: unknown): Map<string, string> {
  const entries: [string, string][] = Array.isArray(environment)
    ? listOf(environment).map((entry) => {
        const [key = '', ...value] = textOf(entry).split('=');
        return [key, value.join('=')];
      })
    : Object.entries(fieldsOf(environment) ?? {}).map(([key, value]) => [key, textOf(value)]);
  return new Map(entries);
}

/** Variables by their defaults, `$PWD` as the file's folder; undefined where one stays unknown. */
function expand(value: string): string | undefined {
  const known = value
    .replace(/\$\{\w{1,100}:?-([^${}]{0,500})\}/g, '$1')
    .replace(/\$\{PWD\}|\$PWD\b/g, '.')
    .replaceAll('$$', '\0');
  return known.includes('$') ? undefined : known.replaceAll('\0', '$');
}

function pair(source: unknown, target: unknown): { source: string; target: string } | undefined {
  const mount = { source: textOf(source), target: textOf(target) };
  return mount.source === '' || mount.target === '' ? undefined : mount;
}
