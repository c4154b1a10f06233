import type { Handlers } from './channel.ts';
import type { EngineMethods } from './engineApi.ts';

/** Methods of the engine that only read, or keep what its user pins, which hosts pass on from a page as they come; the engine checks the parameters. */
const PASSED_METHODS = [
  'engine/status',
  'traces/list',
  'traces/page',
  'traces/plot',
  'traces/near',
  'markers/list',
  'pauses/list',
  'query/check',
  'query/complete',
  'query/unknownKeys',
  'view/info',
  'view/rows',
  'view/fold',
  'view/locate',
  'view/step',
  'statistics/table',
  'statistics/span',
  'find/start',
  'find/state',
  'find/step',
  'find/rows',
  'find/marks',
  'find/only',
  'find/stop',
  'view/minimap',
  'view/services',
  'flame/cells',
  'graph/trace',
  'graph/list',
  'logs/page',
  'steps/list',
  'steps/lines',
  'steps/messages',
  'steps/place',
  'values/follow',
  'compare/run',
  'compare/progress',
  'distribution/run',
  'distribution/progress',
  'features/call',
  'features/rows',
  'features/image',
  'baselines/pin',
  'baselines/list',
  'baselines/unpin',
  'baselines/undo',
  'span/details',
  'span/events',
  'span/model',
  'span/logs',
  'span/value',
  'call/items',
  'call/find',
  'value/rows',
  'value/find',
  'value/members',
  'value/path',
  'timing/span',
  'timing/usage',
] as const satisfies readonly (keyof EngineMethods)[];

type PassedMethod = (typeof PASSED_METHODS)[number];

/** Methods of the engine that a page may call: a page reaches nothing else of it. A host keeps book of open views. */
export type PanelEngineMethod = PassedMethod | 'view/open' | 'view/close';

/** A channel's `request`: it types each method's parameters and answer, which a list of names cannot. */
type Ask = (method: PassedMethod, params: never) => Promise<unknown>;

/** Handlers that pass a page's calls on to the engine by name. */
export function passOn(ask: Ask): Pick<Handlers<EngineMethods>, PassedMethod> {
  const entries = PASSED_METHODS.map((method) => [method, (params: never) => ask(method, params)]);
  return Object.fromEntries(entries) as Pick<Handlers<EngineMethods>, PassedMethod>;
}
