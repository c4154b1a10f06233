import { useEffect, useMemo, useState } from 'preact/hooks';
import type { ModelCall } from '../../src/core/model/modelCall.ts';
import type { SpanRef } from '../../src/core/model/span.ts';
import { messagesOf } from '../../src/core/steps/callMessages.ts';
import type { StepLine } from '../../src/protocol/stepsApi.ts';
import { DetailsActionsContext, type DetailsActions } from '../details/detailsActions.ts';
import { toolJoins } from '../inference/conversation.ts';
import { MessageBlock } from '../inference/MessageBlock.tsx';

export interface StepBlockProps {
  readonly spanRef: SpanRef;
  readonly line: StepLine;
  readonly readCall: (ref: SpanRef) => Promise<ModelCall | null>;
  readonly actionsFor: (ref: SpanRef) => DetailsActions;
}

/** The whole of one message of a step, as the details show it. */
export function StepBlock({ spanRef, line, readCall, actionsFor }: StepBlockProps) {
  const [call, setCall] = useState<ModelCall | null | undefined>(undefined);
  const [problem, setProblem] = useState('');
  const { traceId, spanId } = spanRef;
  useEffect(() => {
    let gone = false;
    readCall({ traceId, spanId }).then(
      (read) => {
        if (!gone) setCall(read);
      },
      (error: unknown) => {
        if (!gone) setProblem(error instanceof Error ? error.message : String(error));
      },
    );
    return () => {
      gone = true;
    };
  }, [traceId, spanId]);
  const joins = useMemo(() => toolJoins(call?.inputs ?? [], call?.outputs ?? []), [call]);
  const items = call && line.side !== '' ? call[line.side] : [];
  const message = messagesOf(items)[line.message];
  if (problem !== '') return <p class="problem">{problem}</p>;
  if (call === undefined) return <p class="dim">Reading…</p>;
  if (!message) return <p class="dim">The span does not carry it any more.</p>;
  const placed = message.items.flatMap((index) => {
    const item = items[index];
    return item ? [{ item, index }] : [];
  });
  return (
    <DetailsActionsContext.Provider value={actionsFor(spanRef)}>
      <MessageBlock
        role={message.role === '' ? (line.side === 'inputs' ? 'given' : 'result') : message.role}
        items={placed}
        joins={joins}
      />
    </DetailsActionsContext.Provider>
  );
}
