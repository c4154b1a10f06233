import type { Handlers } from '../protocol/channel.ts';
import type { EngineEvents, EngineMethods, EngineRole } from '../protocol/engineApi.ts';
import type { ClientTraces } from './clientTraces.ts';
import type { ClientViews } from './clientViews.ts';
import type { ClientFinds } from './findHandlers.ts';

/** Receives a client's events. All but `log` come from a timer, never inside a request. */
export type EmitEvent = <K extends keyof EngineEvents>(event: K, payload: EngineEvents[K]) => void;

/** One client's link to the engine: a window, the command, a browser tab. */
export interface EngineConnection {
  /** What a channel serves. */
  readonly handlers: Handlers<EngineMethods>;
  /** Announces the present state soon, for a client that joins an engine at work. */
  greet(): void;
  /** Ends the events and forgets what was the client's own: its views and its pause. */
  dispose(): void;
}

/** How a client takes part, for its status; see `EngineStatus`. */
export interface ConnectOptions {
  readonly role: EngineRole;
  readonly roleReason: string;
}

/** A connected client, as the engine knows it. */
export interface EngineClient extends ConnectOptions {
  readonly emit: EmitEvent;
  readonly views: ClientViews;
  readonly finds: ClientFinds;
  readonly traces: ClientTraces;
}
