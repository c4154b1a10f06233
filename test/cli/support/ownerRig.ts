import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TraceStore } from '../../../src/core/store/traceStore.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { elect } from '../../../src/engine/hub/election.ts';
import type { WsLink } from '../../../src/engine/hub/wsLink.ts';
import { Receiver } from '../../../src/engine/receiver/receiver.ts';
import { findInstallation } from '../../../src/cli/installation.ts';
import { Channel, type Timers } from '../../../src/protocol/channel.ts';
import type { EngineEvents, EngineMethods } from '../../../src/protocol/engineApi.ts';

const timers: Timers = {
  set: (callback, ms) => setTimeout(callback, ms),
  clear: (handle) => clearTimeout(handle as NodeJS.Timeout),
};

/** A running Spanline in this process, as a window of VS Code is one: the owner of a folder of its own. */
export interface OwnerRig {
  readonly storage: string;
  readonly store: TraceStore;
  readonly engine: Engine;
  /** Moves the store's clock, and settles what is due. */
  advance(ms: number): void;
  stop(): Promise<void>;
}

export async function startOwner(options: { readonly version?: string } = {}): Promise<OwnerRig> {
  const storage = mkdtempSync(path.join(tmpdir(), 'spanline-owner-'));
  // A machine that is slow must not settle traces on its own.
  const start = Date.now();
  let ahead = 0;
  const now = (): number => start + ahead;
  const store = new TraceStore({ now, maxBytes: 256 * 1024 * 1024 });
  const engine = new Engine({
    store,
    createReceiver: (deps) => new Receiver(deps),
    timers,
    now,
    elapsed: () => performance.now(),
    seed: 20_061_123,
  });
  const onClient = (link: WsLink): void => {
    const connection = engine.connect((event, payload) => channel.emit(event, payload));
    const channel = new Channel<object, EngineMethods, object, EngineEvents>(link, connection.handlers, timers);
    link.onClose(() => connection.dispose());
  };
  const version = options.version ?? findInstallation(import.meta.filename).version;
  const election = await elect({ storage, version, onClient, log: () => undefined });
  if (election.kind !== 'owner') throw new Error(`not the owner: ${JSON.stringify(election)}`);
  return {
    storage,
    store,
    engine,
    advance: (ms) => {
      ahead += ms;
      // Any body wakes the engine, which looks at its clock then.
      engine.ingest('metrics', new Uint8Array(0));
    },
    stop: async () => {
      await election.hub.close();
      await engine.dispose();
      rmSync(storage, { recursive: true, force: true });
    },
  };
}
