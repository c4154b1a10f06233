import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import process from 'node:process';
import { findProcess } from './processLookup.ts';
import { plainText } from './senderName.ts';

/** Who listens on a port, as far as the system tells; what it does not tell is left out. */
export interface Listener {
  /** `otelcol (pid 12)`, `container shop-otel-1 (otel/opentelemetry-collector, service otel of shop)`, or empty. */
  readonly description: string;
  /** Name (or number) of another user of this machine whose program it is. */
  readonly user?: string;
  /** A container's. */
  readonly container?: true;
  /** It is an OpenTelemetry Collector. */
  readonly collector?: true;
}

/** Runs a program without a shell and answers what it wrote; rejects when it is missing, fails or takes too long. */
export type RunProgram = (file: string, args: readonly string[], timeoutMs: number) => Promise<string>;

const LISTEN = '0A';
const MAX_OUTPUT_BYTES = 256 * 1024;
const COLLECTOR = /otelcol|opentelemetry-collector|otel-collector/i;
/** Programs that hold a container's port on the host. */
const CONTAINER_PROXY =
  /^(docker-proxy|rootlessport|rootlesskit|com\.docker|vpnkit|slirp4netns|pasta|gvproxy|wslrelay|limactl|ssh )/i;

/** Looks up the listener of a loopback port. Never rejects; takes `timeoutMs` for each of two questions at most. */
export async function lookUpListener(port: number, timeoutMs: number, run: RunProgram = runProgram): Promise<Listener> {
  const [found, uid] = await Promise.all([findProcess({ listeningOn: port }, timeoutMs), listenerUid(port)]);
  const description = found ?? '';
  if (description === '' || CONTAINER_PROXY.test(description)) {
    const container = await findContainer(port, timeoutMs, run);
    if (container) return container;
  }
  const user = uid === undefined || uid === process.getuid?.() ? undefined : await userName(uid);
  return {
    description,
    ...(user !== undefined && { user }),
    ...(COLLECTOR.test(description) && { collector: true }),
  };
}

async function findContainer(port: number, timeoutMs: number, run: RunProgram): Promise<Listener | undefined> {
  try {
    const args = ['ps', '--no-trunc', '--filter', `publish=${port}`, '--format', '{{json .}}'];
    const [line = ''] = (await run('docker', args, timeoutMs)).split('\n');
    const { Names: name, Image: image, Labels: labels } = JSON.parse(line) as Readonly<Record<string, unknown>>;
    if (typeof name !== 'string' || typeof image !== 'string') return undefined;
    const service = labelOf(labels, 'com.docker.compose.service');
    const project = labelOf(labels, 'com.docker.compose.project');
    const of = project === '' ? '' : ` of ${plainText(project, 60)}`;
    const composed = service === '' ? '' : `, service ${plainText(service, 60)}${of}`;
    return {
      description: `container ${plainText(name, 60)} (${plainText(image, 80)}${composed})`,
      container: true,
      ...(COLLECTOR.test(image) && { collector: true }),
    };
  } catch {
    // No docker here, not allowed to ask it, or it has no such container.
    return undefined;
  }
}

/** Of docker's `key=value,key=value`. */
function labelOf(labels: unknown, key: string): string {
  if (typeof labels !== 'string') return '';
  const found = labels.split(',').find((label) => label.startsWith(`${key}=`));
  return found?.slice(key.length + 1) ?? '';
}

/** User number of a listener, which Linux tells everyone. */
async function listenerUid(port: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const table = await readFile(file, 'latin1').catch(() => '');
    for (const line of table.split('\n')) {
      const [, local = '', , state, , , , uid] = line.trim().split(/\s+/);
      if (state !== LISTEN || uid === undefined) continue;
      if (Number.parseInt(local.slice(local.indexOf(':') + 1), 16) === port) return Number(uid);
    }
  }
  return undefined;
}

async function userName(uid: number): Promise<string> {
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n').map((line) => line.split(':'));
  const name = lines.find(([, , number]) => number === String(uid))?.[0];
  return name === undefined || name === '' ? String(uid) : plainText(name, 60);
}

function runProgram(file: string, args: readonly string[], timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    // Windows looks for programs in the working directory first: it must be nobody's workspace.
    const options = {
      timeout: timeoutMs,
      maxBuffer: MAX_OUTPUT_BYTES,
      cwd: dirname(process.execPath),
      windowsHide: true,
    };
    execFile(file, args, options, (error, output) => {
      if (error) reject(new Error(error.message));
      else resolve(output);
    });
  });
}
