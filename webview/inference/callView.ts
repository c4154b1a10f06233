import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { SpanRef } from '../../src/core/model/span.ts';
import type { Host } from '../protocol/host.ts';
import type { Store } from '../state/store.ts';

/** What the details of a model call ask of the engine, and how the user wants text. */
export interface CallAccess {
  readonly ref: SpanRef;
  readonly request: Host['request'];
  /** Text as it was sent instead of rendered Markdown. */
  readonly raw: Store<boolean>;
}

export const CallAccessContext = createContext<CallAccess | undefined>(undefined);

/** Undefined where parts of a call are shown outside the details of their span: values are not paged there. */
export function useMaybeCallAccess(): CallAccess | undefined {
  return useContext(CallAccessContext);
}

export function useCallAccess(): CallAccess {
  const access = useContext(CallAccessContext);
  if (!access) throw new Error('used outside the details of a span');
  return access;
}

/** A match in the text of an item. */
export interface CallMatch {
  readonly item: number;
  readonly start: number;
}

/** What is being looked for in one side of a call. */
export interface CallFound {
  readonly text: string;
  readonly matchCase: boolean;
  readonly total: number;
  /** Matches by item, ascending; only the first 10,000 of a side. */
  readonly byItem: ReadonlyMap<number, readonly number[]>;
  readonly current: CallMatch | undefined;
}

export const CallFoundContext = createContext<CallFound | undefined>(undefined);

/** What was found in an item, if anything is looked for. */
export function useCallFound(): CallFound | undefined {
  return useContext(CallFoundContext);
}
