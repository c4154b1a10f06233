import type { Server, Socket } from 'node:net';
import type { PortHolder, ReceiverOptions, ReceiverReach, ReceiverState } from '../../protocol/engineApi.ts';
import { Intake } from './intake.ts';
import type { ReceiverDeps, ReceiverMetrics } from './intake.ts';
import {
  closeServer,
  describeHolder,
  findHolder,
  listenAt,
  listenOnLoopback,
  LOOPBACK_ADDRESSES,
} from './loopbackPorts.ts';
import type { ListenOptions, LoopbackPort } from './loopbackPorts.ts';
import { MemoryBudget } from './memoryBudget.ts';
import { ProtocolServers } from './protocolServers.ts';
import { notAddresses, reachAddresses, thisMachine } from './reach.ts';
import { DEFAULT_LIMITS } from './receiverLimits.ts';
import type { ReceiverLimits } from './receiverLimits.ts';
import { GRPC_STATUS, refusal } from './refusal.ts';
import type { ConnectionEnds } from './senderLookup.ts';
import { plainText } from './senderName.ts';
import { dispatchSocket } from './socketDispatcher.ts';
import { TlsRefusal } from './tlsRefusal.ts';

const UNNAMED = 'a sender that cannot be named';

/** What exists while the receiver listens. */
interface Running {
  readonly options: ReceiverOptions;
  readonly ports: readonly LoopbackPort[];
  /** On addresses other than loopback's. */
  readonly reached: readonly Server[];
  readonly protocols: ProtocolServers;
  readonly sockets: Set<Socket>;
}

/**
 * The OTLP receiver: two ports on loopback (and on further addresses when asked), each taking HTTP/1.1, HTTP/2 and gRPC. Bodies go to the sink given to it;
 * nothing can be read back.
 */
export class Receiver {
  readonly metrics: ReceiverMetrics = {
    acceptedRequests: 0,
    lastAcceptedMs: 0,
    refusedRequests: 0,
    acceptedBytes: 0,
    connections: 0,
  };
  readonly #deps: ReceiverDeps;
  #running: Running | undefined;
  #state: ReceiverState = { kind: 'stopped' };
  /** Starts and stops run one after the other, in the order they were asked for. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: ReceiverDeps) {
    this.#deps = deps;
  }

  get state(): ReceiverState {
    return this.#state;
  }

  /**
   * Listens on both ports or on none; resolves with `listening`, `portTaken` or `failed`, never rejects. Listening
   * already with equal options changes nothing (asked for any port, the present one is as good); with others, it starts anew.
   */
  start(options: ReceiverOptions): Promise<ReceiverState> {
    return this.#inTurn(async () => {
      if (this.#running !== undefined && serves(this.#running, options)) return this.#state;
      await this.#close();
      this.#state = { kind: 'starting' };
      try {
        this.#state = await this.#open(options);
      } catch (error) {
        this.#state = { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
      }
      this.#deps.log(this.#state.kind === 'listening' ? 'info' : 'warn', `Receiver: ${describeState(this.#state)}`);
      return this.#state;
    });
  }

  /** Closes the ports and every connection; stopped already, it changes nothing. */
  stop(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#close();
      this.#state = { kind: 'stopped' };
    });
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(act);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #open(options: ReceiverOptions): Promise<ReceiverState> {
    const invalid = [options.httpPort, options.grpcPort].find((port) => !isPort(port));
    if (invalid !== undefined) return { kind: 'failed', message: `${invalid} is not a port number (0 to 65535).` };
    const wanted = distinctPorts(options);
    const holders = await Promise.all(wanted.filter((port) => port !== 0).map(findHolder));
    const taken = holders.filter((holder) => holder !== undefined);
    if (taken.length > 0) return { kind: 'portTaken', holders: taken };

    const limits = limitsOf(options, this.#deps.limits);
    const intake = new Intake(this.#deps, this.metrics, new MemoryBudget(limits.inFlightBytes), limits, options);
    const protocols = new ProtocolServers(intake);
    const tls = new TlsRefusal(intake);
    const sockets = new Set<Socket>();
    const onConnection = (socket: Socket): void => {
      this.metrics.connections++;
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => sockets.delete(socket));
      dispatchSocket(socket, limits.headerTimeoutMs, (protocol) => {
        if (protocol === 'http1') protocols.takeHttp1(socket);
        else if (protocol === 'http2') protocols.takeHttp2(socket);
        else tls.handle(socket);
      });
    };
    const dropped = refusal(
      'busy',
      503,
      GRPC_STATUS.unavailable,
      `More than ${limits.connections} connections are open on one port (spanline.receiver.maxConnections); further ` +
        'ones are closed. A program that opens one per request should reuse its exporter.',
    );
    const onDrop = (connection: ConnectionEnds): void =>
      void intake.lookup.find(connection).then((owner) => intake.refused(dropped, owner ?? UNNAMED));

    const listening: ListenOptions = { connections: limits.connections, onConnection, onDrop };
    const ports: LoopbackPort[] = [];
    for (const port of wanted) {
      const outcome = await listenOnLoopback(port, listening);
      if ('servers' in outcome) {
        ports.push(outcome);
        continue;
      }
      await closeAll({ options, ports, reached: [], protocols, sockets });
      return 'failed' in outcome
        ? { kind: 'failed', message: outcome.failed }
        : { kind: 'portTaken', holders: [await nowTaken(port)] };
    }
    const [http, grpc = http] = ports;
    if (http === undefined || grpc === undefined) return { kind: 'failed', message: 'No port was asked for.' };
    const { servers: reached, hosts: reachedHosts } = await this.#reach(options.reach, ports, listening);
    this.#running = { options, ports, reached, protocols, sockets };
    const hosts = [...http.hosts.filter((host) => grpc.hosts.includes(host)), ...reachedHosts];
    return { kind: 'listening', httpPort: http.port, grpcPort: grpc.port, hosts };
  }

  /** Listens beyond loopback as far as it can: an address that cannot be had is reported and stops nothing. */
  async #reach(
    reach: ReceiverReach = 'thisMachine',
    ports: readonly LoopbackPort[],
    listening: ListenOptions,
  ): Promise<{ readonly servers: readonly Server[]; readonly hosts: readonly string[] }> {
    const servers: Server[] = [];
    const hosts: string[] = [];
    const report = (message: string): void => this.#deps.onProblem({ code: 'other', message });
    for (const text of notAddresses(reach)) report(`spanline.receiver.reach: ${plainText(text, 60)} is no IP address.`);
    const addresses = reachAddresses(reach, thisMachine());
    if (reach === 'containers' && process.platform === 'linux' && addresses.length === 0) {
      report(
        'No bridge of containers was found to receive on (docker0, br-…, podman0). Start the receiver again later.',
      );
    }
    for (const host of addresses) {
      const outcomes = await Promise.all(ports.map(({ port }) => listenAt(host, port, listening)));
      for (const outcome of outcomes) {
        if ('server' in outcome) servers.push(outcome.server);
        else report(outcome.failed);
      }
      if (outcomes.every((outcome) => 'server' in outcome)) hosts.push(host);
    }
    return { servers, hosts };
  }

  async #close(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    if (running !== undefined) await closeAll(running);
  }
}

async function closeAll({ ports, reached, protocols, sockets }: Running): Promise<void> {
  const closed = [...ports.flatMap((port) => port.servers), ...reached].map(closeServer);
  for (const socket of sockets) socket.destroy();
  protocols.close();
  await Promise.all(closed);
}

/** The user's limits over ours, a test's over both. One body always finds room. */
function limitsOf(options: ReceiverOptions, overrides: Partial<ReceiverLimits> | undefined): ReceiverLimits {
  const { connections = DEFAULT_LIMITS.connections, inFlightBytes = DEFAULT_LIMITS.inFlightBytes } = options;
  const room = Math.max(inFlightBytes, options.maxBodyBytes);
  return { ...DEFAULT_LIMITS, connections, inFlightBytes: room, ...overrides };
}

/** Both roles may share one port: it takes every protocol. */
function distinctPorts({ httpPort, grpcPort }: ReceiverOptions): readonly number[] {
  return httpPort === grpcPort && httpPort !== 0 ? [httpPort] : [httpPort, grpcPort];
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 0 && port <= 65535;
}

function serves({ options: running, ports }: Running, asked: ReceiverOptions): boolean {
  const [http, grpc = http] = ports;
  return (
    (asked.httpPort === 0 || asked.httpPort === http?.port) &&
    (asked.grpcPort === 0 || asked.grpcPort === grpc?.port) &&
    running.maxBodyBytes === asked.maxBodyBytes &&
    running.connections === asked.connections &&
    running.inFlightBytes === asked.inFlightBytes &&
    JSON.stringify(running.reach) === JSON.stringify(asked.reach) &&
    running.allowedHosts.join('\n') === asked.allowedHosts.join('\n')
  );
}

/** A port that was free when probed and taken when opened. */
async function nowTaken(port: number): Promise<PortHolder> {
  return (await findHolder(port)) ?? describeHolder(port, LOOPBACK_ADDRESSES[0]);
}

function describeState(state: ReceiverState): string {
  switch (state.kind) {
    case 'listening':
      return `listening on ${state.hosts.join(' and ')}, ports ${state.httpPort} and ${state.grpcPort}`;
    case 'portTaken':
      return state.holders
        .map(({ port, kind, description }) => `port ${port} is taken by ${description || `a ${kind} program`}`)
        .join(', ');
    case 'failed':
      return state.message;
    case 'starting':
    case 'stopped':
      return state.kind;
  }
}
