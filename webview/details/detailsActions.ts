import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { CutValue } from '../../src/core/model/attributes.ts';
import type { SpanId, TraceId } from '../../src/core/model/ids.ts';
import type { StackRef } from '../../src/protocol/panelApi.ts';
import type { StructureCut } from './valueText.ts';

/** What the details ask of the rest of the panel, for the span they show. */
export interface DetailsActions {
  /** `what` names the thing for the host's confirmation. */
  readonly copy: (text: string, what: string) => void;
  /** The whole of a cut value, page by page; rejects when the span is gone. */
  readonly loadValue: (cut: CutValue | StructureCut) => Promise<string>;
  /** Saves the whole of a value that is paged under `ref` to a file the user names. */
  readonly saveValue: (ref: string, what: string) => void;
  /** Saves a text to a file the user names, at first `name`. */
  readonly saveText: (text: string, name: string) => void;
  /** -1: the best candidate, asking when several are equal. */
  readonly openSource: (candidate: number, toSide: boolean) => void;
  /** Opens this candidate first from now on; -1 forgets what was chosen. */
  readonly preferSource: (candidate: number) => void;
  readonly openFrame: (stack: StackRef, textStart: number) => void;
  readonly openLog: (logIndex: number) => void;
  /** One more page of the span's log records or events. */
  readonly showMore: (what: 'logs' | 'events') => void;
  /** Searches the open folders for the span's name. */
  readonly searchSource: () => void;
  readonly openPathMappings: () => void;
  /** Offers to have a library (an id of `core/launch`'s table) record content from the next start on. */
  readonly turnOnContent: (library: string) => void;
  readonly openTrace: (traceId: TraceId, spanId: SpanId | '') => void;
}

export const DetailsActionsContext = createContext<DetailsActions | undefined>(undefined);

/** The actions of the details pane around the component. */
export function useDetailsActions(): DetailsActions {
  const actions = useContext(DetailsActionsContext);
  if (!actions) throw new Error('used outside the details pane');
  return actions;
}
