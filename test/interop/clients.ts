import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ensurePython } from '../../scripts/python.mjs';
import { ensureDependencies } from '../../scripts/setup.mjs';
import { runCollector } from './collector.ts';
import { type ClientTransport, type Environment, type Sent, runProgram } from './runProgram.ts';
import type { Maker } from './shape.ts';
import { PROGRAMS, built } from './toolchains.ts';

export interface RunOptions {
  readonly env: Environment;
  /** Whether it may write of failed exports, as when the first one is refused. */
  readonly mayComplain?: boolean;
  /** Where programs whose stack traces tell their own place are run from; else from the repository. */
  readonly neutralFolder?: string;
  /** Waited for before a Collector is told to stop: it gives up what it would have sent again. */
  readonly arrived?: () => Promise<void>;
}

/** A real client and one of its transports. Where and how it sends is left to `OTEL_EXPORTER_OTLP_*`. */
export interface Client {
  /** Unique with the transport; captures are named for it. */
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly transport: ClientTransport;
  readonly maker: Maker;
  /** The command, as it runs in the program's folder. */
  readonly command: string;
  /** True where the SDK drops a batch that was refused for now: nobody but it could send it again. */
  readonly dropsRefused?: true;
  /** Gets what it needs; without, why this machine cannot have it. */
  prepare(): Promise<{ readonly missing?: string }>;
  run(options: RunOptions): Promise<Sent>;
}

type ClientOf = Omit<Client, 'transport' | 'command' | 'run'>;

const readProgram = (file: string): string => readFileSync(path.join(PROGRAMS, file), 'utf8');

function pinned(file: string, pattern: RegExp): string {
  const version = pattern.exec(readProgram(file))?.[1];
  if (version === undefined) throw new Error(`${file} pins no ${pattern.source}`);
  return version;
}

const ready = (work: Promise<unknown>): Promise<{ missing?: string }> => work.then(() => ({}));
const prepareJs = (): Promise<{ missing?: string }> => ready(ensureDependencies(path.join(PROGRAMS, 'js')));
const prepareBuilt = (name: Parameters<typeof built>[0]) => async (): Promise<{ missing?: string }> => {
  const build = await built(name);
  return 'missing' in build ? build : {};
};

async function folderOf(name: Parameters<typeof built>[0]): Promise<string> {
  const build = await built(name);
  if ('missing' in build) throw new Error(build.missing);
  return build.folder;
}

const JS: ClientOf = {
  name: 'js',
  title: 'JavaScript SDK',
  version: pinned('js/package.json', /"@opentelemetry\/exporter-trace-otlp-http": "(.+)"/),
  maker: 'js',
  prepare: prepareJs,
};

function js(transport: ClientTransport, exporter: string): Client {
  return {
    ...JS,
    transport,
    ...(transport === 'grpc' && { dropsRefused: true }),
    command: `node js/send.mjs ${exporter}`,
    run: ({ env, mayComplain = false, neutralFolder = PROGRAMS }) =>
      runProgram(process.execPath, ['js/send.mjs', exporter], { cwd: neutralFolder, env, mayComplain }),
  };
}

const GRPC_JS: Client = {
  name: 'grpc-js',
  title: '@grpc/grpc-js',
  version: pinned('js/package.json', /"@grpc\/grpc-js": "(.+)"/),
  maker: 'js',
  prepare: prepareJs,
  transport: 'grpc',
  command: 'node js/grpcJs.mjs',
  run: ({ env, mayComplain = false, neutralFolder = PROGRAMS }) =>
    runProgram(process.execPath, ['js/grpcJs.mjs'], { cwd: neutralFolder, env, mayComplain }),
};

function python(transport: ClientTransport, exporter: string): Client {
  return {
    name: 'python',
    title: 'Python SDK',
    version: pinned('../requirements.txt', /^opentelemetry-sdk==(.+)$/m),
    maker: 'python',
    transport,
    command: `python python/send.py ${exporter}`,
    prepare: async () => {
      const found = await ensurePython();
      return 'missing' in found ? found : {};
    },
    run: async ({ env, mayComplain = false, neutralFolder = PROGRAMS }) => {
      const found = await ensurePython();
      if ('missing' in found) throw new Error(found.missing);
      return runProgram(found.python, ['python/send.py', exporter], { cwd: neutralFolder, env, mayComplain });
    },
  };
}

function go(transport: ClientTransport, exporter: string): Client {
  return {
    name: 'go',
    title: 'Go SDK',
    version: pinned('go/go.mod', /go\.opentelemetry\.io\/otel v(\S+)/),
    maker: 'go',
    transport,
    command: `./send ${exporter}`,
    prepare: prepareBuilt('go'),
    run: async ({ env, mayComplain = false }) =>
      runProgram('./send', [exporter], { cwd: await folderOf('go'), env, mayComplain }),
  };
}

function rust(transport: ClientTransport, exporter: string): Client {
  return {
    name: 'rust',
    title: exporter === 'grpc' ? 'Rust SDK (tonic)' : 'Rust SDK',
    version: pinned('rust/Cargo.toml', /^opentelemetry-otlp = \{ version = "=([\d.]+)"/m),
    maker: 'rust',
    transport,
    command: `target/debug/interop-rust ${exporter}`,
    prepare: prepareBuilt('rust'),
    run: async ({ env, mayComplain = false }) =>
      runProgram('target/debug/interop-rust', [exporter], { cwd: await folderOf('rust'), env, mayComplain }),
  };
}

function javaEnvironment(env: Environment, maker: Maker, transport: ClientTransport): Environment {
  return {
    OTEL_SERVICE_NAME: `interop-${maker}`,
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=interop',
    OTEL_EXPORTER_OTLP_PROTOCOL: transport,
    OTEL_METRICS_EXPORTER: 'none',
    ...env,
  };
}

function javaSdk(transport: ClientTransport): Client {
  const args = ['-cp', 'target/classes:target/lib/*', 'SdkMain'];
  return {
    name: 'java',
    title: 'Java SDK',
    version: pinned('java/pom.xml', /<otel\.version>(.+)</),
    maker: 'java',
    transport,
    command: `java ${args.join(' ')}`,
    prepare: prepareBuilt('java'),
    run: async ({ env, mayComplain = false }) =>
      runProgram('java', args, {
        cwd: await folderOf('java'),
        env: javaEnvironment(env, 'java', transport),
        mayComplain,
      }),
  };
}

function javaAgent(transport: ClientTransport): Client {
  // The service itself has the API on its class path, no SDK.
  const jars = ['api', 'context', 'common'].map((jar) => `target/lib/opentelemetry-${jar}.jar`);
  const classPath = ['target/classes', ...jars].join(':');
  const args = ['-javaagent:target/lib/opentelemetry-javaagent.jar', '-cp', classPath, 'AgentMain'];
  return {
    name: 'java-agent',
    title: 'Java agent',
    version: pinned('java/pom.xml', /<agent\.version>(.+)</),
    maker: 'java-agent',
    transport,
    command: `java ${args.join(' ')}`,
    prepare: prepareBuilt('java'),
    run: async ({ env, mayComplain = true }) =>
      runProgram('java', args, {
        cwd: await folderOf('java'),
        env: javaEnvironment(env, 'java-agent', transport),
        // It names its exporter among what it logs at the start.
        mayComplain,
      }),
  };
}

/** The JavaScript SDK sends to a Collector, which sends on. */
function collector(transport: ClientTransport): Client {
  return {
    name: 'collector',
    title: 'OpenTelemetry Collector',
    version: pinned('collector/go.mod', /go\.opentelemetry\.io\/collector\/otelcol v(\S+)/),
    maker: 'js',
    transport,
    command: './collector --config FILE',
    prepare: async () => {
      const build = await prepareBuilt('collector')();
      return build.missing === undefined ? prepareJs() : build;
    },
    run: async ({ env, neutralFolder, arrived }) =>
      runCollector(path.join(await folderOf('collector'), 'collector'), {
        endpoint: env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '',
        transport,
        gzip: env['OTEL_EXPORTER_OTLP_COMPRESSION'] === 'gzip',
        send: async (address) => {
          const sent = await js('grpc', 'grpc').run({
            env: { ...env, OTEL_EXPORTER_OTLP_COMPRESSION: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: address },
            ...(neutralFolder !== undefined && { neutralFolder }),
          });
          await arrived?.();
          return sent;
        },
      }),
  };
}

/** Every client of the interop run, each over each of its transports. */
export const CLIENTS: readonly Client[] = [
  js('http/json', 'http'),
  js('http/protobuf', 'proto'),
  js('grpc', 'grpc'),
  GRPC_JS,
  python('http/protobuf', 'http'),
  python('grpc', 'grpc'),
  go('http/protobuf', 'http'),
  go('grpc', 'grpc'),
  javaSdk('http/protobuf'),
  javaSdk('grpc'),
  javaAgent('http/protobuf'),
  javaAgent('grpc'),
  rust('http/json', 'json'),
  rust('http/protobuf', 'http'),
  rust('grpc', 'grpc'),
  collector('http/json'),
  collector('http/protobuf'),
  collector('grpc'),
];

/** The port a transport is sent to by default. */
export function portOf(transport: ClientTransport): 'httpPort' | 'grpcPort' {
  return transport === 'grpc' ? 'grpcPort' : 'httpPort';
}
