import type { SpanKind } from '../model/span.ts';

/** Names of span kinds as rules have them. */
export const NOISE_KINDS = [
  'internal',
  'server',
  'client',
  'producer',
  'consumer',
] as const satisfies readonly string[];
type NoiseKind = (typeof NOISE_KINDS)[number];

/**
 * What the root of a trace must be like. All that is given must hold; of a list, one pattern. In patterns `*` stands for
 * any text, case does not count.
 */
export interface NoiseCondition {
  readonly kind?: NoiseKind;
  /** `service.name` of the root. */
  readonly service?: readonly string[];
  /** Name of the root. */
  readonly name?: readonly string[];
  /** Path of the request, without its query. */
  readonly path?: readonly string[];
  /** `user_agent.original`. */
  readonly userAgent?: readonly string[];
}

/** Traces that fulfil one of the conditions, and that did not fail, are folded under the rule's name. */
export interface NoiseRule {
  readonly name: string;
  readonly any: readonly NoiseCondition[];
}

/** Something in the setting that cannot be used. */
export interface NoiseProblem {
  readonly rule: string;
  readonly message: string;
}

/** More rules than these are not looked at: verdicts are kept in a byte. */
export const MOST_RULES = 200;
const MOST_PATTERNS = 100;
const MOST_CHARACTERS = 200;

/** What is on without a setting; the manifest declares the same. */
export const DEFAULT_NOISE_RULES = {
  'health checks': {
    kind: 'server',
    path: ['/health*', '/livez', '/readyz', '/metrics', '/ping', '/favicon.ico'],
  },
  probes: {
    kind: 'server',
    userAgent: ['kube-probe/*', 'ELB-HealthChecker/*', 'GoogleHC/*', 'Prometheus/*', 'Consul Health Check*'],
  },
  'gRPC health checks': { kind: 'server', name: ['grpc.health.v1.Health/*'] },
  'telemetry exports': [
    { kind: 'client', path: ['*/v1/traces', '*/v1/logs', '*/v1/metrics', '*/api/v2/spans'] },
    { kind: 'client', name: ['opentelemetry.proto.collector.*/Export'] },
  ],
} as const satisfies Readonly<Record<string, unknown>>;

/**
 * Rules as `spanline.noise.rules` has them: by name a condition, a list of conditions, or `false` for a rule that is off.
 * What cannot be used is a problem and left out; the rest works.
 */
export function readNoiseRules(setting: unknown): {
  readonly rules: readonly NoiseRule[];
  readonly problems: readonly NoiseProblem[];
} {
  const rules: NoiseRule[] = [];
  const problems: NoiseProblem[] = [];
  if (!isRecord(setting)) return { rules, problems };
  for (const [name, value] of Object.entries(setting)) {
    if (value === false || value === null) continue;
    if (rules.length === MOST_RULES) {
      problems.push({ rule: name, message: `there are more than ${String(MOST_RULES)} rules` });
      break;
    }
    const any: NoiseCondition[] = [];
    for (const raw of Array.isArray(value) ? (value as readonly unknown[]).slice(0, MOST_PATTERNS) : [value]) {
      const read = readCondition(raw);
      if (typeof read === 'string') problems.push({ rule: name, message: read });
      else any.push(read);
    }
    if (any.length > 0) rules.push({ name: name.slice(0, MOST_CHARACTERS), any });
  }
  return { rules, problems };
}

/** The condition that traces with a root like this one fulfil. */
export function conditionLike(root: {
  readonly kind: SpanKind;
  readonly service: string;
  readonly name: string;
}): NoiseCondition {
  const kind = NOISE_KINDS[root.kind - 1];
  return {
    ...(kind !== undefined && { kind }),
    service: [root.service.slice(0, MOST_CHARACTERS)],
    name: [root.name.length > MOST_CHARACTERS ? `${root.name.slice(0, MOST_CHARACTERS - 1)}*` : root.name || '*'],
  };
}

/** OTLP number of a kind's name. */
export function kindNumber(kind: NoiseKind): SpanKind {
  return (NOISE_KINDS.indexOf(kind) + 1) as SpanKind;
}

function readCondition(raw: unknown): NoiseCondition | string {
  if (!isRecord(raw)) return 'a condition is an object, as in {"kind": "server", "path": ["/health*"]}';
  const condition: { -readonly [K in keyof NoiseCondition]: NoiseCondition[K] } = {};
  for (const [field, value] of Object.entries(raw)) {
    if (field === 'kind') {
      const kind = NOISE_KINDS.find((each) => each === value);
      if (kind === undefined) return `kind is one of ${NOISE_KINDS.join(', ')}`;
      condition.kind = kind;
    } else if (field === 'service' || field === 'name' || field === 'path' || field === 'userAgent') {
      const patterns: readonly unknown[] = Array.isArray(value) ? value : [value];
      if (patterns.length > MOST_PATTERNS) return `${field} has more than ${String(MOST_PATTERNS)} patterns`;
      if (!patterns.every(isPattern))
        return `${field} is a list of texts of at most ${String(MOST_CHARACTERS)} characters`;
      condition[field] = patterns;
    } else {
      return `there is no field ${field}; there are kind, service, name, path and userAgent`;
    }
  }
  const { service, name, path, userAgent } = condition;
  // A rule for every server span would fold all there is.
  if (!service && !name && !path && !userAgent) return 'a condition names a service, name, path or userAgent';
  return condition;
}

function isPattern(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MOST_CHARACTERS;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
