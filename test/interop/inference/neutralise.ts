/** OTLP/JSON as a program prints it. */
export interface Printed {
  readonly traces?: unknown;
  readonly logs?: unknown;
}

const START = 1_763_697_600_000_000_000n;
/** Milliseconds stay, so that phases look like phases; what is below changes with every run. */
const GRAIN = 1_000_000n;
const KEPT_RESOURCE = /^(?:service\.name|telemetry\.sdk\.(?:language|name)|logfire\.)/;
const TIMES = /^(?:startTimeUnixNano|endTimeUnixNano|timeUnixNano|observedTimeUnixNano)$/;
const IDS = /^(?:traceId|spanId|parentSpanId)$/;

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/**
 * What a program printed without what differs between two runs or tells of the machine: ids are counted, times start at a
 * fixed one, of resources the service and the SDK stay, ports and paths are replaced.
 */
export function neutralise({ traces, logs }: Printed): Printed {
  const ids = new Map<string, string>();
  const first = firstTime(JSON.stringify({ traces, logs }));
  const walk = (node: Json, key: string): Json => {
    if (Array.isArray(node)) return node.filter(isKept).map((one) => walk(one, key));
    if (typeof node === 'string' || typeof node === 'number') return scalar(node, key);
    if (node === null || typeof node === 'boolean') return node;
    const entries = Object.entries(node).filter(([name]) => name !== 'flags' && name !== 'schemaUrl');
    return Object.fromEntries(
      entries.map(([name, value]) => [name, name === 'resource' ? resource(value) : walk(value, name)]),
    );
  };
  const scalar = (value: string | number, key: string): Json => {
    if (TIMES.test(key)) return String(START + ((BigInt(value) - first) / GRAIN) * GRAIN);
    const text = String(value);
    if (IDS.test(key) && text !== '') {
      const known = ids.get(text) ?? (ids.size + 1).toString(16).padStart(text.length, '0');
      ids.set(text, known);
      return known;
    }
    return typeof value === 'string' ? neutralText(value) : value;
  };
  const walked = walk(
    { ...(traces === undefined ? {} : { traces }), ...(logs === undefined ? {} : { logs }) } as Json,
    '',
  );
  return withoutPorts(walked) as Printed;
}

/** Attributes that tell of the machine, or of the tree the program stood in. */
function isKept(node: Json): boolean {
  const key = typeof node === 'object' && node !== null && !Array.isArray(node) ? node['key'] : undefined;
  return typeof key !== 'string' || !/revision_id$/.test(key);
}

function resource(node: Json): Json {
  const attributes = (node as { attributes?: { key: string }[] }).attributes ?? [];
  return { attributes: attributes.filter(({ key }) => KEPT_RESOURCE.test(key)) as unknown as Json };
}

function firstTime(text: string): bigint {
  let first = START * 2n;
  for (const [, time] of text.matchAll(/"(?:startTimeUnixNano|timeUnixNano)":"?(\d{15,20})/g)) {
    const value = BigInt(time ?? 0);
    if (value > 0n && value < first) first = value;
  }
  return first;
}

function neutralText(text: string): string {
  return text
    .replace(
      /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g,
      '00000000-0000-4000-8000-000000000001',
    )
    .replace(/\b(ai[a-z]{3})-[A-Za-z0-9]{24}\b/g, '$1-1')
    .replace(/\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?=Z|\+00:00|")/g, '2025-11-21T04:00:00.000')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:8080')
    .replace(/localhost:\d+/g, 'localhost:8080')
    .replace(/(?:\/[\w.-]+)+\/site-packages\//g, '/venv/lib/site-packages/')
    .replace(/(?:\/[\w.-]+)+\/test\/interop\/inference\/programs\//g, '/srv/');
}

/** `server.port` and the like are attributes of their own. */
function withoutPorts(node: Json): Json {
  if (Array.isArray(node)) return node.map(withoutPorts);
  if (typeof node !== 'object' || node === null) return node;
  if (typeof node['key'] === 'string' && /(?:^|\.)port$/.test(node['key']))
    return { ...node, value: { intValue: '8080' } };
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withoutPorts(value)]));
}
