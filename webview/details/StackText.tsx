import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { CutValue } from '../../src/core/model/attributes.ts';
import type { StackFrame } from '../../src/core/model/source.ts';
import { parseStackTrace } from '../../src/core/source/stackTrace.ts';
import type { StackRef } from '../../src/protocol/panelApi.ts';
import { visibleLine, visibleText } from '../../src/core/text/visibleText.ts';
import { formatBytes } from '../text/formatCount.ts';
import { useDetailsActions } from './detailsActions.ts';

export interface StackTextProps {
  readonly text: string;
  readonly cut: CutValue | undefined;
  readonly stack: StackRef;
}

/** A stack trace whose frames are links. The link names a place in the text; the host reads the text again itself. */
export function StackText({ text: inline, cut, stack }: StackTextProps) {
  const actions = useDetailsActions();
  const [whole, setWhole] = useState<string | undefined>(undefined);
  const [problem, setProblem] = useState('');
  const text = whole ?? inline;
  const frames: readonly StackFrame[] = [...parseStackTrace(text)].sort((a, b) => a.textStart - b.textStart);
  const parts: ComponentChildren[] = [];
  let at = 0;
  for (const frame of frames) {
    if (frame.textStart < at) continue;
    parts.push(visibleText(text.slice(at, frame.textStart)));
    parts.push(
      <button
        key={frame.textStart}
        type="button"
        class="link-button frame"
        title={`Open ${visibleLine(frame.path)}:${frame.line}`}
        onClick={() => actions.openFrame(stack, frame.textStart)}
      >
        {visibleText(text.slice(frame.textStart, frame.textEnd))}
      </button>,
    );
    at = frame.textEnd;
  }
  parts.push(visibleText(text.slice(at)));
  return (
    <>
      <pre class="stack">{parts}</pre>
      {cut && whole === undefined && (
        <button
          type="button"
          class="link-button"
          onClick={() => {
            actions
              .loadValue(cut)
              .then(setWhole, (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)));
          }}
        >
          {`Show all (${formatBytes(cut.totalBytes)})`}
        </button>
      )}
      {problem !== '' && <span class="problem">{visibleText(problem)}</span>}
    </>
  );
}
