import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { FilterSuggestion } from '../../src/protocol/queryApi.ts';
import { useStore } from '../state/useStore.ts';
import { Icon } from '../ui/Icon.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import type { FilterModel } from './filterModel.ts';
import { SavedFilters } from './SavedFilters.tsx';

export interface FilterBarProps {
  readonly model: FilterModel;
  /** Traces that the filter lets through, of all. */
  readonly matched: number;
  readonly total: number;
  /** They are still being counted. */
  readonly busy: boolean;
  readonly onRemoved: (name: string, undo: () => void) => void;
}

const ICONS: Readonly<Record<FilterSuggestion['kind'], string>> = {
  field: 'symbol-field',
  attribute: 'symbol-property',
  value: 'symbol-constant',
  word: 'symbol-keyword',
};

/** The filter of the list: an input with completion, saved filters, errors only. A combobox as ARIA describes it. */
export function FilterBar({ model, matched, total, busy, onRemoved }: FilterBarProps) {
  const text = useStore(model.text);
  const asked = useStore(model.asked);
  const problem = useStore(model.problem);
  const completion = useStore(model.completion);
  const book = useStore(model.book);
  const input = useRef<HTMLInputElement>(null);
  const marks = useRef<HTMLDivElement>(null);
  const [menu, setMenu] = useState(false);
  const caret = useRef<number | undefined>(undefined);

  useLayoutEffect(() => {
    const element = input.current;
    if (element && caret.current !== undefined) element.setSelectionRange(caret.current, caret.current);
    caret.current = undefined;
    follow();
  }, [text]);
  /** The marks lie under the text, wherever it is scrolled to. */
  const follow = (): void => {
    if (marks.current && input.current) marks.current.scrollLeft = input.current.scrollLeft;
  };
  const accept = (index: number): void => {
    caret.current = model.accept(index);
    input.current?.focus();
  };
  const walk = (by: 1 | -1): boolean => {
    const moved = model.walk(by);
    if (moved) caret.current = model.text.value.length;
    return moved;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.metaKey || event.isComposing) return;
    const isOpen = completion !== undefined;
    const active = completion?.active ?? -1;
    let done = true;
    if (event.key === ' ' && event.ctrlKey) model.complete(input.current?.selectionStart ?? text.length);
    else if (event.ctrlKey) done = false;
    else if (event.key === 'ArrowDown' && isOpen) model.choose(1);
    else if (event.key === 'ArrowDown') {
      if (!walk(-1)) model.complete(input.current?.selectionStart ?? text.length);
    } else if (event.key === 'ArrowUp' && active >= 0) model.choose(-1);
    else if (event.key === 'ArrowUp') walk(1);
    else if (event.key === 'Enter' && active >= 0) accept(active);
    else if (event.key === 'Enter') {
      model.closeCompletion();
      model.apply(true);
    } else if (event.key === 'Tab' && isOpen && !event.shiftKey) accept(Math.max(0, active));
    else if (event.key === 'Escape' && isOpen) model.closeCompletion();
    else done = false;
    if (!done) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const isFiltered = asked !== '';
  return (
    <div class="filter-bar" role="search">
      <div class={`filter-box${problem ? ' has-problem' : ''}`}>
        <Icon name="filter" className="filter-icon" />
        <div class="filter-text">
          <div class="filter-marks" aria-hidden="true" ref={marks}>
            {problem && <Marks text={text} start={problem.start} end={problem.end} />}
          </div>
          <input
            ref={input}
            type="text"
            class="filter-input"
            role="combobox"
            aria-label="Filter traces"
            aria-autocomplete="list"
            aria-expanded={completion !== undefined}
            aria-controls="filter-completion"
            aria-activedescendant={
              completion && completion.active >= 0 ? `filter-option-${completion.active}` : undefined
            }
            aria-invalid={problem !== undefined}
            aria-errormessage={problem ? 'filter-problem' : undefined}
            placeholder="Filter: service:model dur>200ms"
            title="Ctrl+Space: what could stand here · ↑: filters used before · docs/filter.md"
            spellcheck={false}
            autocomplete="off"
            value={text}
            onInput={(event) =>
              model.type(
                event.currentTarget.value,
                event.currentTarget.selectionStart ?? event.currentTarget.value.length,
              )
            }
            onKeyDown={onKeyDown}
            onScroll={follow}
            onBlur={() => {
              model.closeCompletion();
              model.apply(true);
            }}
          />
        </div>
        {isFiltered && (
          <span class="filter-count dim" role="status">
            {busy ? '…' : matched.toLocaleString('en-US')} of {total.toLocaleString('en-US')}
          </span>
        )}
        {(text !== '' || isFiltered) && (
          <IconButton icon="close" label="Clear the filter" onClick={() => model.clear()} />
        )}
        {completion && <Suggestions model={model} onAccept={accept} />}
        {problem && !completion && (
          <div class="filter-problem" id="filter-problem" role="alert">
            {problem.message}
          </div>
        )}
      </div>
      <div class="filter-saved">
        <button
          type="button"
          class="filter-saved-button"
          aria-haspopup="dialog"
          aria-expanded={menu}
          title="Saved filters, and those used before"
          onClick={() => setMenu(!menu)}
        >
          saved
          <Icon name="chevron-down" />
        </button>
        {menu && (
          <SavedFilters
            model={model}
            onRemoved={onRemoved}
            onClose={(focus) => {
              setMenu(false);
              if (focus) input.current?.focus();
            }}
          />
        )}
      </div>
      <label class="filter-errors" title="Only traces with a failed span">
        <input
          type="checkbox"
          checked={book.errorsOnly}
          onChange={(event) => model.setErrorsOnly(event.currentTarget.checked)}
        />
        errors
      </label>
    </div>
  );
}

/** The text once more, unseen, with a wavy line under what is wrong; under a blank where something is missing. */
function Marks({ text, start, end }: { readonly text: string; readonly start: number; readonly end: number }) {
  return (
    <>
      {text.slice(0, start)}
      <span class="filter-mark">{start === end ? '\u00a0\u00a0' : text.slice(start, end)}</span>
      {text.slice(end)}
    </>
  );
}

function Suggestions({ model, onAccept }: { readonly model: FilterModel; readonly onAccept: (index: number) => void }) {
  const completion = useStore(model.completion);
  const list = useRef<HTMLDivElement>(null);
  const active = completion?.active ?? -1;
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <div class="filter-completion" id="filter-completion" role="listbox" aria-label="Suggestions" ref={list}>
      {completion?.suggestions.map(({ insert, kind, detail }, index) => (
        <div
          key={`${kind} ${insert}`}
          id={`filter-option-${index}`}
          class={`filter-option${index === active ? ' active' : ''}`}
          role="option"
          aria-selected={index === active}
          // The input keeps the keyboard.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onAccept(index)}
        >
          <Icon name={ICONS[kind]} />
          <span class="filter-option-text">{visibleLine(insert)}</span>
          <span class="filter-option-detail dim">{detail}</span>
        </div>
      ))}
    </div>
  );
}
