import * as vscode from 'vscode';
import { ProtocolError } from '../protocol/errors.ts';
import type { EngineStatus, PortHolder, ReceiverOptions, ReceiverState } from '../protocol/engineApi.ts';
import { composeTakesOtlpPorts, workspaceTraces } from './autostart.ts';
import { collectorSnippet } from './collectorSnippet.ts';
import { setContextKey } from './contextKeys.ts';
import type { EngineClient } from './engineClient.ts';
import { plainLine } from './plainText.ts';
import { ReachConsent } from './reachConsent.ts';
import { onSettingChange, readSetting } from './settings.ts';

/** Messages remembered as logged. */
const MAX_LOGGED_PROBLEMS = 1000;
const RECEIVED_BEFORE = 'spanline.receivedHere';
/** Taken instead of the defaults when these are held or a compose file of the workspace publishes them. */
const ALTERNATIVE_PORTS = { httpPort: 14318, grpcPort: 14317 };

interface Ports {
  readonly httpPort: number;
  readonly grpcPort: number;
}

function samePorts(a: Ports, b: Ports): boolean {
  return a.httpPort === b.httpPort && a.grpcPort === b.grpcPort;
}

/** Starts, stops and restarts the receiver: by policy, by command, after the engine died; asks when a port is taken. */
export class ReceiverControl {
  readonly #engine: EngineClient;
  readonly #memento: vscode.Memento;
  readonly #log: vscode.LogOutputChannel;
  /** Ports to take again when the engine is restarted; undefined while stopped by the user or never started. */
  #wanted: Ports | undefined;
  /** In any window. */
  #stoppedByUser = false;
  readonly #consent: ReachConsent;
  readonly #loggedProblems = new Set<string>();
  #state: ReceiverState = { kind: 'stopped' };
  #starting: Promise<ReceiverState> | undefined;
  readonly #changed = new vscode.EventEmitter<ReceiverState>();
  readonly onDidChange = this.#changed.event;

  constructor(engine: EngineClient, context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    this.#engine = engine;
    this.#memento = context.workspaceState;
    this.#consent = new ReachConsent(context.globalState);
    this.#log = log;
    engine.on('status/changed', (status) => this.#onStatus(status));
    engine.onStart((restarted, moved) => {
      // The engine that took over opens the ports by itself, and tells when it has.
      if (moved && this.#state.kind === 'listening') this.#set({ kind: 'starting' });
      if (restarted && !moved && this.#wanted) void this.#startOn(this.#wanted, false);
    });
    engine.onGaveUp(() => this.#set({ kind: 'failed', message: vscode.l10n.t('The engine stopped again and again.') }));
    const ports = [
      'spanline.receiver.httpPort',
      'spanline.receiver.grpcPort',
      'spanline.receiver.reach',
      'spanline.receiver.maxBodyMiB',
      'spanline.receiver.inFlightMiB',
      'spanline.receiver.maxConnections',
      'spanline.receiver.allowedHosts',
    ] as const;
    context.subscriptions.push(
      this.#changed,
      onSettingChange(ports, () => {
        if (this.#state.kind === 'listening') void this.start(false);
      }),
    );
    this.#set(this.#state);
  }

  get state(): ReceiverState {
    return this.#state;
  }

  /** The base endpoint for `OTEL_EXPORTER_OTLP_ENDPOINT` over HTTP, of the present or the configured port. */
  get endpoint(): string {
    const port = this.#state.kind === 'listening' ? this.#state.httpPort : readSetting('spanline.receiver.httpPort');
    return `http://localhost:${port}`;
  }

  /** Starts by the policy of `spanline.receiver.autostart`; never asks, never shows an error by itself. */
  async autostart(): Promise<void> {
    const policy = readSetting('spanline.receiver.autostart');
    if (policy === 'never') return;
    const wanted = policy === 'always' || this.#memento.get(RECEIVED_BEFORE, false) || (await workspaceTraces());
    if (wanted) await this.startQuietly();
  }

  /** The Traces view or the panel was opened: under `auto` that starts the receiver. */
  viewOpened(): void {
    if (readSetting('spanline.receiver.autostart') === 'auto') void this.startQuietly();
  }

  /** Starts unless it runs, is starting, or the user stopped it. */
  async startQuietly(): Promise<void> {
    if (this.#stoppedByUser || this.#state.kind === 'listening' || this.#starting) return;
    // Another window may receive already, on ports of its choice: they serve this one too.
    const status = await this.#engine.request('engine/status', {}).catch(() => undefined);
    if (status?.receiver.kind === 'listening') this.#onStatus(status);
    else await this.start(false);
  }

  /** Starts on the configured ports; `interactive` asks what to do when one is taken. */
  async start(interactive: boolean): Promise<ReceiverState> {
    this.#stoppedByUser = false;
    const configured: Ports = {
      httpPort: readSetting('spanline.receiver.httpPort'),
      grpcPort: readSetting('spanline.receiver.grpcPort'),
    };
    const defaults = samePorts(configured, { httpPort: 4318, grpcPort: 4317 });
    if (defaults && (await composeTakesOtlpPorts())) {
      this.#log.info('A compose file of the workspace publishes the OTLP ports: taking 14317 and 14318 instead.');
      const state = await this.#startOn(ALTERNATIVE_PORTS, interactive);
      if (state.kind === 'listening') {
        const message = vscode.l10n.t(
          'A compose file of this workspace publishes the OTLP ports, so Spanline receives on {0} and {1}.',
          state.httpPort,
          state.grpcPort,
        );
        void vscode.window.showInformationMessage(message);
      }
      return state;
    }
    return this.#startOn(configured, interactive);
  }

  async stop(): Promise<void> {
    this.#stoppedByUser = true;
    this.#wanted = undefined;
    this.#set(await this.#engine.request('receiver/stop', {}));
  }

  async #startOn(ports: Ports, interactive: boolean): Promise<ReceiverState> {
    if (this.#starting) await this.#starting;
    this.#set({ kind: 'starting' });
    const options: ReceiverOptions = {
      ...ports,
      maxBodyBytes: readSetting('spanline.receiver.maxBodyMiB') * 1024 * 1024,
      reach: this.#consent.reach,
      allowedHosts: readSetting('spanline.receiver.allowedHosts'),
      connections: readSetting('spanline.receiver.maxConnections'),
      inFlightBytes: readSetting('spanline.receiver.inFlightMiB') * 1024 * 1024,
    };
    this.#starting = this.#engine.request('receiver/start', options).catch((error: unknown): ReceiverState => {
      return { kind: 'failed', message: error instanceof ProtocolError ? error.message : String(error) };
    });
    const state = await this.#starting;
    this.#starting = undefined;
    this.#set(state);
    if (state.kind === 'listening') {
      // Not the ports asked for: with 0 a restarted engine would take others than programs were told.
      this.#wanted = { httpPort: state.httpPort, grpcPort: state.grpcPort };
      void this.#consent.ask().then((changed) => {
        if (changed && this.#state.kind === 'listening') void this.start(false);
      });
      this.#log.info(`Receiving OTLP on port ${state.httpPort} and ${state.grpcPort} of ${state.hosts.join(', ')}`);
    } else if (state.kind === 'portTaken') {
      for (const holder of state.holders) this.#log.warn(`Port ${holder.port} is held by ${holderText(holder)}`);
      if (state.holders.every(({ user }) => user !== undefined)) return this.#startBeside(state.holders, ports);
      if (interactive) return this.#askPortTaken(state.holders, ports);
    } else if (state.kind === 'failed') {
      this.#log.error(`The receiver could not start: ${state.message}`);
      if (interactive)
        void vscode.window.showErrorMessage(
          vscode.l10n.t('The receiver could not start: {0}', plainLine(state.message)),
        );
    }
    return state;
  }

  /** Another port, retry, or stop; a Spanline of another window is told apart from a foreign program. */
  async #askPortTaken(holders: readonly PortHolder[], ports: Ports): Promise<ReceiverState> {
    const another = vscode.l10n.t('Use Another Port');
    const retry = vscode.l10n.t('Retry');
    const stop = vscode.l10n.t('Leave Stopped');
    const collector = holders.find((holder) => holder.collector === true);
    const copy = vscode.l10n.t('Copy for Collector');
    const actions = [...(collector ? [copy] : []), another, retry, stop];
    const ours = holders.every((holder) => holder.kind === 'spanline');
    const list = holders.map((holder) => vscode.l10n.t('port {0}: {1}', holder.port, holderText(holder))).join('; ');
    const message = ours
      ? vscode.l10n.t(
          'Another Spanline receives already ({0}), that of another VS Code or of the command. Its traces are there.',
          list,
        )
      : vscode.l10n.t('The OTLP ports are taken ({0}).', list);
    const choice = await (ours
      ? vscode.window.showInformationMessage(message, ...actions)
      : vscode.window.showWarningMessage(message, ...actions));
    if (choice === retry) return this.#startOn(ports, true);
    if (choice === another) {
      const state = await this.#startOn(portsBeside(ports), true);
      if (state.kind === 'listening') this.#sayEndpoint(state.httpPort, state.grpcPort);
      return state;
    }
    if (collector && choice === copy) {
      const state = await this.#startOn(portsBeside(ports), true);
      if (state.kind !== 'listening') return state;
      await vscode.env.clipboard.writeText(collectorSnippet(state.httpPort, collector.container === true));
      void vscode.window.showInformationMessage(
        vscode.l10n.t(
          'Receiving on ports {0} and {1}. Lines that make the Collector send a second copy there are in the clipboard: add them to its configuration.',
          state.httpPort,
          state.grpcPort,
        ),
      );
      return state;
    }
    if (choice === stop) await this.stop();
    return this.#state;
  }

  /** Nobody can ask another user to give up a port: takes the next free ones and says which. */
  async #startBeside(holders: readonly PortHolder[], ports: Ports): Promise<ReceiverState> {
    const next = portsBeside(ports);
    const state = await this.#startOn(next, false);
    // Those taken, too: said already, of the ones that were free.
    if (state.kind !== 'listening' || (next.httpPort !== 0 && !samePorts(next, state))) return state;
    const copy = vscode.l10n.t('Copy Endpoint');
    const message = vscode.l10n.t(
      'The OTLP ports are taken by another user of this machine ({0}), so Spanline receives on {1} and {2}.',
      holders.map((holder) => vscode.l10n.t('port {0}: {1}', holder.port, holderText(holder))).join('; '),
      state.httpPort,
      state.grpcPort,
    );
    void vscode.window.showInformationMessage(message, copy).then((choice) => {
      if (choice === copy) void vscode.env.clipboard.writeText(this.endpoint);
    });
    return state;
  }

  #sayEndpoint(httpPort: number, grpcPort: number): void {
    const copy = vscode.l10n.t('Copy Endpoint');
    const message = vscode.l10n.t(
      'Receiving on ports {0} and {1}. Programs need to be told: OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:{0}',
      httpPort,
      grpcPort,
    );
    void vscode.window.showInformationMessage(message, copy).then((choice) => {
      if (choice === copy) void vscode.env.clipboard.writeText(this.endpoint);
    });
  }

  /** Each problem once: repeats are counted in the status item, and a sender in a loop must not fill the log. */
  #logNewProblems(problems: EngineStatus['problems']): void {
    for (const { code, message } of problems) {
      if (this.#loggedProblems.has(message)) continue;
      if (this.#loggedProblems.size >= MAX_LOGGED_PROBLEMS) this.#loggedProblems.clear();
      this.#loggedProblems.add(message);
      this.#log.warn(`${code}: ${plainLine(message, 1000)}`);
    }
  }

  #onStatus(status: EngineStatus): void {
    setContextKey('spanline.paused', status.paused);
    setContextKey('spanline.cleared', status.cleared);
    this.#logNewProblems(status.problems);
    if (status.spans > 0 && this.#memento.get(RECEIVED_BEFORE) !== true)
      void this.#memento.update(RECEIVED_BEFORE, true);
    if (this.#starting) return;
    const { receiver } = status;
    if (receiver.kind === 'listening') {
      this.#wanted = { httpPort: receiver.httpPort, grpcPort: receiver.grpcPort };
      this.#stoppedByUser = false;
    } else if (receiver.kind === 'stopped' && this.#state.kind === 'listening') {
      // Stopped in another window: opening a view here must not start it again.
      this.#wanted = undefined;
      this.#stoppedByUser = true;
    }
    this.#set(receiver);
  }

  #set(state: ReceiverState): void {
    this.#state = state;
    setContextKey('spanline.receiver', state.kind);
    setContextKey('spanline.listening', state.kind === 'listening');
    this.#changed.fire(state);
  }
}

/** `another Spanline`, or the foreign program as far as the system tells. */
export function holderText(holder: PortHolder): string {
  if (holder.kind === 'spanline') return vscode.l10n.t('another Spanline');
  const program = holder.description === '' ? vscode.l10n.t('another program') : plainLine(holder.description);
  return holder.user === undefined ? program : vscode.l10n.t('{0} of {1}', program, plainLine(holder.user));
}

function portsBeside(ports: Ports): Ports {
  return samePorts(ports, ALTERNATIVE_PORTS) ? { httpPort: 0, grpcPort: 0 } : ALTERNATIVE_PORTS;
}
