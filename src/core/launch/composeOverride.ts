import type { Environment } from './launchEnvironment.ts';

/** A service of a compose file, as far as it is read: by its lines, not as YAML. */
export interface ComposeService {
  readonly name: string;
  /** Built from the project's own files, so it is likely a program of the project's. */
  readonly isBuilt: boolean;
  /** Names of variables that its lines mention. */
  readonly variables: ReadonlySet<string>;
}

export interface ComposeConnection {
  /** Services that are to send their traces. */
  readonly services: readonly ComposeService[];
  /** The receiver's port on this machine, for HTTP; the same takes gRPC. */
  readonly port: number;
  /** The variables of a launch: delays and limits; its endpoint and what leads to this machine's files are left out. */
  readonly set: Environment;
  /** Variables that record content. */
  readonly content?: Readonly<Record<string, string>>;
  /** Folder of `instrument/` to mount read-only; undefined to load nothing into the programs. */
  readonly instrument: string | undefined;
  readonly command: string;
}

/** What containers call the machine they run on. */
const HOST = 'host.docker.internal';
const MOUNT = '/opt/spanline';
const TAKEN_OVER = ['OTEL_EXPORTER_OTLP_PROTOCOL', 'OTEL_BSP_SCHEDULE_DELAY', 'OTEL_BLRP_SCHEDULE_DELAY'].concat(
  'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT',
  'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
);

/** The services of a compose file in its order; names that would need quoting are left out. */
export function composeServices(text: string): readonly ComposeService[] {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => /^services\s*:\s*(?:#.*)?$/.test(line));
  if (start < 0) return [];
  const services: { name: string; lines: string[] }[] = [];
  let indent: number | undefined;
  for (const line of lines.slice(start + 1)) {
    if (/^\s*(?:#.*)?$/.test(line)) continue;
    const depth = line.length - line.trimStart().length;
    if (depth === 0) break;
    indent ??= depth;
    if (depth !== indent) services.at(-1)?.lines.push(line);
    else {
      const name = /^\s*([A-Za-z0-9._-]+)\s*:/.exec(line)?.[1];
      if (name !== undefined) services.push({ name, lines: [line] });
    }
  }
  return services.map(({ name, lines: own }) => ({
    name,
    isBuilt: own.some((line) => /(?:^|[{,])\s*build\s*:/.test(line)),
    variables: new Set(own.flatMap((line) => /^\s*-?\s*["']?([A-Z_][A-Z0-9_]*)\s*["']?\s*[:=]/.exec(line)?.[1] ?? [])),
  }));
}

/**
 * A compose file that, given beside the project's own, makes services send their traces here. Variables that a service sets
 * itself stay as they are, and what would have to be added to one of them is left out.
 */
export function composeOverride({ services, port, set, content = {}, instrument, command }: ComposeConnection): string {
  const lines = [
    '# Makes these services send their traces to Spanline. Written by Spanline; the other files stay as they are.',
  ];
  lines.push(`#   ${command}`, 'services:');
  for (const { name, variables } of services) {
    const environment: (readonly [string, string])[] = [['OTEL_EXPORTER_OTLP_ENDPOINT', `http://${HOST}:${port}`]];
    for (const variable of TAKEN_OVER) environment.push([variable, set[variable] ?? '']);
    environment.push(...Object.entries(content), ['OTEL_SERVICE_NAME', name]);
    if (instrument !== undefined) {
      environment.push(['PYTHONPATH', `${MOUNT}/python`], ['NODE_OPTIONS', `--require ${MOUNT}/node/register.cjs`]);
    }
    const missing = environment.filter(([variable, value]) => value !== '' && !variables.has(variable));
    lines.push(`  ${name}:`, '    environment:');
    for (const [variable, value] of missing) lines.push(`      ${variable}: ${JSON.stringify(value)}`);
    lines.push('    extra_hosts:', `      - "${HOST}:host-gateway"`);
    if (instrument !== undefined) {
      const mount = { type: 'bind', source: instrument, target: MOUNT, read_only: true };
      lines.push('    volumes:', `      - ${JSON.stringify(mount)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
