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
  pymongo: 'opentelemetry-instrumentation-pymongo',
  redis: 'opentelemetry-instrumentation-redis',
  elasticsearch: 'opentelemetry-instrumentation-elasticsearch',
  celery: 'opentelemetry-instrumentation-celery',
  pika: 'opentelemetry-instrumentation-pika',
  confluent_kafka: 'opentelemetry-instrumentation-confluent-kafka',
  botocore: 'opentelemetry-instrumentation-botocore',
  boto3: 'opentelemetry-instrumentation-botocore',
  openai: 'opentelemetry-instrumentation-openai-v2',
};

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
    for (const name of (imported ?? '').split(',')) found.add(/^\s*(\w+)/.exec(name)?.[1] ?? '');
  }
  found.delete('');
  return [...found];
}

/** For a Python program by its imports. */
export function pythonSdk(imports: readonly string[]): SdkPackages {
  return packagesFor(PYTHON_BASE, PYTHON, imports);
}

/** For a Node program by the text of its package.json. */
export function nodeSdk(manifest: string): SdkPackages {
  return packagesFor(NODE_BASE, NODE, dependenciesOf(manifest));
}

/** Whether a package.json names an SDK of OpenTelemetry, or something that brings one. */
export function namesNodeSdk(manifest: string): boolean {
  return dependenciesOf(manifest).some((name) =>
    /^(?:@opentelemetry\/(?:sdk-(?:node|trace)|auto-instrumentations)|@vercel\/otel|@sentry\/node|dd-trace|@traceloop\/|@logfire\/)/.test(
      name,
    ),
  );
}

function dependenciesOf(manifest: string): readonly string[] {
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
