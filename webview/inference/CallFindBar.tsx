import { useEffect, useRef } from 'preact/hooks';
import { useStore } from '../state/useStore.ts';
import { IconButton } from '../ui/IconButton.tsx';
import type { CallFind, CallFindState } from './callFind.ts';

/** Typing is waited for this long. */
const REST_MS = 150;

export interface CallFindBarProps {
  readonly find: CallFind;
  readonly label: string;
}

/** A find box over one side of a call, or one value: Enter and Shift+Enter step, Escape empties it. */
export function CallFindBar({ find, label }: CallFindBarProps) {
  const state = useStore(find.state);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const typed = useRef<string | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const ask = (text: string, matchCase: boolean): void => {
    clearTimeout(timer.current);
    typed.current = undefined;
    find.set({ text, matchCase });
  };
  return (
    <div class="call-find" role="search" aria-label={label}>
      <input
        type="text"
        spellcheck={false}
        autocomplete="off"
        placeholder={label}
        aria-label={label}
        value={typed.current ?? state.text}
        onInput={({ currentTarget }) => {
          const { value } = currentTarget;
          typed.current = value;
          clearTimeout(timer.current);
          timer.current = setTimeout(() => ask(value, state.matchCase), REST_MS);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.isComposing) {
            if (typed.current !== undefined && typed.current !== state.text) ask(typed.current, state.matchCase);
            else find.step(!event.shiftKey);
          } else if (event.key === 'Escape' && event.currentTarget.value !== '') ask('', state.matchCase);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <IconButton
        icon="case-sensitive"
        label="Match Case"
        pressed={state.matchCase}
        onClick={() => ask(typed.current ?? state.text, !state.matchCase)}
      />
      {state.text !== '' && (
        <>
          <span class="call-find-count" role="status">
            {countText(state)}
          </span>
          <IconButton
            icon="arrow-up"
            label="Previous Match (Shift+Enter)"
            disabled={state.current < 0}
            onClick={() => find.step(false)}
          />
          <IconButton
            icon="arrow-down"
            label="Next Match (Enter)"
            disabled={state.current < 0}
            onClick={() => find.step(true)}
          />
        </>
      )}
    </div>
  );
}

function countText({ found, current }: CallFindState): string {
  if (!found) return 'Searching…';
  if (found.total === 0) return 'No results';
  const first =
    found.items.length < found.total
      ? ` (the first ${found.items.length.toLocaleString('en-US')} can be stepped through)`
      : '';
  return `${(current + 1).toLocaleString('en-US')} of ${found.total.toLocaleString('en-US')}${first}`;
}
