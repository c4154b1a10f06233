/** What a program without OpenTelemetry needs, and for which of its imports. */
export interface SdkPackages {
  /** Names for the installer, sorted. */
  readonly packages: readonly string[];
  /** Libraries of the program that will make spans. */
  readonly covered: readonly string[];
}

const PYTHON_BASE = ['opentelemetry-distro', 'opentelemetry-exporter-otlp-proto-http'];
/** Module that a program imports, and the instrumentation (PyPI) that covers it. */
const PYTHON: Readonly<Record<string, string>> = {
  fastapi: 'opentelemetry-instrumentation-fastapi',
  starlette: 'opentelemetry-instrumentation-starlette',
  flask: 'opentelemetry-instrumentation-flask',
  django: 'opentelemetry-instrumentation-django',
  tornado: 'opentelemetry-instrumentation-tornado',
  falcon: 'opentelemetry-instrumentation-falcon',
  pyramid: 'opentelemetry-instrumentation-pyramid',
  aiohttp: 'opentelemetry-instrumentation-aiohttp-client',
  'aiohttp.web': 'opentelemetry-instrumentation-aiohttp-server',
  httpx: 'opentelemetry-instrumentation-httpx',
  requests: 'opentelemetry-instrumentation-requests',
  urllib3: 'opentelemetry-instrumentation-urllib3',
  grpc: 'opentelemetry-instrumentation-grpc',
  sqlalchemy: 'opentelemetry-instrumentation-sqlalchemy',
  sqlite3: 'opentelemetry-instrumentation-sqlite3',
  psycopg: 'opentelemetry-instrumentation-psycopg',
  psycopg2: 'opentelemetry-instrumentation-psycopg2',
  asyncpg: 'opentelemetry-instrumentation-asyncpg',
  pymysql: 'opentelemetry-instrumentation-pymysql',
  MySQLdb: 'opentelemetry-instrumentation-mysqlclient',
  mysql: 'opentelemetry-instrumentation-mysql',
  aiopg: 'opentelemetry-instrumentation-aiopg',
  pymongo: 'opentelemetry-instrumentation-pymongo',
  motor: 'opentelemetry-instrumentation-pymongo',
  redis: 'opentelemetry-instrumentation-redis',
  elasticsearch: 'opentelemetry-instrumentation-elasticsearch',
  celery: 'opentelemetry-instrumentation-celery',
  pika: 'opentelemetry-instrumentation-pika',
  aio_pika: 'opentelemetry-instrumentation-aio-pika',
  kafka: 'opentelemetry-instrumentation-kafka-python',
  aiokafka: 'opentelemetry-instrumentation-aiokafka',
  confluent_kafka: 'opentelemetry-instrumentation-confluent-kafka',
  botocore: 'opentelemetry-instrumentation-botocore',
  boto3: 'opentelemetry-instrumentation-botocore',
  openai: 'opentelemetry-instrumentation-openai-v2',
};

/** Of the API of Python: older ones have no instrumentations that a Python of today loads. */
const OLDEST_MINOR = 20;

const NODE_BASE = [
  '@opentelemetry/sdk-node',
  '@opentelemetry/instrumentation',
  '@opentelemetry/instrumentation-http',
  '@opentelemetry/instrumentation-undici',
];
/** Package that a program depends on, and the instrumentation (npm) that covers it. */
const NODE: Readonly<Record<string, string>> = {
  express: '@opentelemetry/instrumentation-express',
  fastify: '@fastify/otel',
  koa: '@opentelemetry/instrumentation-koa',
  restify: '@opentelemetry/instrumentation-restify',
  '@hapi/hapi': '@opentelemetry/instrumentation-hapi',
  '@nestjs/core': '@opentelemetry/instrumentation-nestjs-core',
  graphql: '@opentelemetry/instrumentation-graphql',
  '@grpc/grpc-js': '@opentelemetry/instrumentation-grpc',
  'socket.io': '@opentelemetry/instrumentation-socket.io',
  pg: '@opentelemetry/instrumentation-pg',
  mysql: '@opentelemetry/instrumentation-mysql',
  mysql2: '@opentelemetry/instrumentation-mysql2',
  knex: '@opentelemetry/instrumentation-knex',
  mongodb: '@opentelemetry/instrumentation-mongodb',
  mongoose: '@opentelemetry/instrumentation-mongoose',
  redis: '@opentelemetry/instrumentation-redis',
  ioredis: '@opentelemetry/instrumentation-ioredis',
  kafkajs: '@opentelemetry/instrumentation-kafkajs',
  amqplib: '@opentelemetry/instrumentation-amqplib',
  openai: '@opentelemetry/instrumentation-openai',
  '@aws-sdk/client-s3': '@opentelemetry/instrumentation-aws-sdk',
  '@aws-sdk/client-bedrock-runtime': '@opentelemetry/instrumentation-aws-sdk',
};

/** Top-level modules that a Python file's text imports. */
export function pythonImports(text: string): readonly string[] {
  const found = new Set<string>();
  for (const [, imported, from] of text.matchAll(
    /^[ \t]*(?:import[ \t]+([\w., \t]+)|from[ \t]+(\w+)[\w.]*[ \t]+import)/gm,
  )) {
    if (from !== undefined) found.add(from);
    // Its server has an instrumentation of its own.
    if (from === 'aiohttp' && /aiohttp(?:\.web|[ \t]+import[^\n]*\bweb\b)/.test(text)) found.add('aiohttp.web');
    for (const name of (imported ?? '').split(',')) found.add(/^\s*(\w+)/.exec(name)?.[1] ?? '');
  }
  found.delete('');
  return [...found];
}

/** For a Python program by its imports. */
export function pythonSdk(imports: readonly string[]): SdkPackages {
  return packagesFor(PYTHON_BASE, PYTHON, imports);
}

/**
 * Constraints under which Python packages of OpenTelemetry fit together, to be tried in order: left to itself a resolver joins
 * an exporter of years ago with today's SDK when one of the project's versions stands in the way, and that does not start.
 * A project's own API says which generation it is; else today's, else the last that takes protobuf 3 and 4.
 */
export function pythonGenerations(own: Readonly<Record<string, string>>): readonly (readonly string[])[] {
  const [api, minor] = /^1\.(\d+)\.\d+$/.exec(own['opentelemetry-api'] ?? '') ?? [];
  if (api !== undefined && Number(minor) >= OLDEST_MINOR) {
    // Both lines are released together: API and SDK 1.N, instrumentations 0.(N + 21)b.
    const line = Number(minor) + 21;
    const range = `>=0.${line}b0,<0.${line + 1}b0`;
    return [
      [
        `opentelemetry-sdk==${api}`,
        `opentelemetry-exporter-otlp-proto-http==${api}`,
        `opentelemetry-instrumentation${range}`,
        `opentelemetry-distro${range}`,
      ],
    ];
  }
  return [
    [
      'opentelemetry-sdk>=1.28',
      'opentelemetry-exporter-otlp-proto-http>=1.28',
      'opentelemetry-instrumentation>=0.49b0',
      'opentelemetry-distro>=0.49b0',
    ],
    [
      'opentelemetry-sdk==1.27.0',
      'opentelemetry-exporter-otlp-proto-http==1.27.0',
      'opentelemetry-instrumentation==0.48b0',
      'opentelemetry-distro==0.48b0',
      // They import pkg_resources.
      'setuptools<81',
    ],
  ];
}

/** For a Node program by the texts of its package.json, several where it is started from the root of several packages. */
export function nodeSdk(manifests: readonly string[]): SdkPackages {
  return packagesFor(NODE_BASE, NODE, [...new Set(manifests.flatMap(dependenciesOf))]);
}

/** Dependencies in a package.json's text for which there is an instrumentation. */
export function coversOf(manifest: string): readonly string[] {
  return nodeSdk([manifest]).covered;
}

/** Whether a package.json names an SDK of OpenTelemetry, or something that sets one up. */
export function namesNodeSdk(manifest: string): boolean {
  return dependenciesOf(manifest).some((name) =>
    /^(?:@opentelemetry\/(?:sdk-(?:node|trace)|auto-instrumentations)|@vercel\/otel|@sentry\/(?:node|nestjs|nextjs|bun|remix|sveltekit|astro|nuxt|aws-serverless)|dd-trace$|@traceloop\/|@?logfire(?:\/|$)|@pydantic\/logfire|@langfuse\/otel|@arizeai\/|@azure\/monitor-opentelemetry|applicationinsights$|@elastic\/opentelemetry-node|elastic-apm-node$|newrelic$|@honeycombio\/opentelemetry|@genkit-ai\/|genkit$|@mastra\/|@lmnr-ai\/|@splunk\/otel)/.test(
      name,
    ),
  );
}

const NODE_SERVERS = [
  'express',
  'fastify',
  'koa',
  'restify',
  '@hapi/hapi',
  '@nestjs/core',
  'hono',
  'polka',
  'socket.io',
];

/** Whether a package.json names a framework that serves requests. */
export function dependsOnServer(manifest: string): boolean {
  return dependenciesOf(manifest).some((name) => NODE_SERVERS.includes(name));
}

/** What a package.json's project runs TypeScript files with. */
export function typeScriptRunner(manifest: string): 'tsx' | 'ts-node' | undefined {
  const names = dependenciesOf(manifest);
  return (['tsx', 'ts-node'] as const).find((name) => names.includes(name));
}

/** The file that a package.json calls its main one; empty for none. */
export function mainOf(manifest: string): string {
  try {
    const { main } = JSON.parse(manifest) as { readonly main?: unknown };
    return typeof main === 'string' && !main.includes('..') ? main : '';
  } catch {
    return '';
  }
}

/** Names of what a package.json's text depends on; empty when it is none. */
export function dependenciesOf(manifest: string): readonly string[] {
  try {
    const { dependencies, devDependencies } = JSON.parse(manifest) as Readonly<Record<string, unknown>>;
    return [dependencies, devDependencies].flatMap((each) => Object.keys(typeof each === 'object' ? (each ?? {}) : {}));
  } catch {
    return [];
  }
}

function packagesFor(
  base: readonly string[],
  table: Readonly<Record<string, string>>,
  used: readonly string[],
): SdkPackages {
  const covered = used.filter((name) => Object.hasOwn(table, name)).sort();
  const packages = new Set([...base, ...covered.flatMap((name) => table[name] ?? [])]);
  return { packages: [...packages].sort(), covered };
}
