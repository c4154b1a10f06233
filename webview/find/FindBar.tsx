import { useEffect, useRef } from 'preact/hooks';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { useStore } from '../state/useStore.ts';
import { Icon } from '../ui/Icon.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import { countWords, placeWords, type FindModel } from './findModel.ts';
import { clearHighlights, highlightText } from './textHighlight.ts';

export interface FindBarProps {
  readonly find: FindModel;
  /** Moves the keyboard into the rows. */
  readonly focusRows: () => void;
}

/** What of the page is searched for the text to be marked. */
const MARKED = '.wf-row.found .wf-name, .wf-row.found .wf-label, .app-details .details';

interface Toggle {
  readonly option: 'matchCase' | 'wholeWord' | 'regex';
  readonly icon: string;
  readonly label: string;
  readonly key: string;
}

const TOGGLES: readonly Toggle[] = [
  { option: 'matchCase', icon: 'case-sensitive', label: 'Match Case (Alt+C)', key: 'KeyC' },
  { option: 'wholeWord', icon: 'whole-word', label: 'Match Whole Word (Alt+W)', key: 'KeyW' },
  { option: 'regex', icon: 'regex', label: 'Use Regular Expression (Alt+R)', key: 'KeyR' },
];

/** The find widget of the waterfall. It stays mounted, so that its keys work while it is closed. */
export function FindBar({ find, focusRows }: FindBarProps) {
  const open = useStore(find.isOpen);
  const widget = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // At once, not with the next drawing: the next key pressed is text already.
    const focus = (): void => {
      const input = widget.current?.querySelector('input');
      if (!input || !widget.current) return;
      find.focusGiven = find.focusAsked.value;
      widget.current.hidden = false;
      input.focus();
      input.select();
    };
    const stop = find.focusAsked.subscribe(focus);
    // Asked for by a command while another view was shown.
    if (find.focusAsked.value > find.focusGiven) focus();
    return () => {
      stop();
    };
  }, [find]);
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.altKey) return;
      const isFind = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'f';
      if (isFind) find.open();
      else if (event.key === 'F3' && !event.ctrlKey && !event.metaKey) find.step(!event.shiftKey);
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, [find]);
  return (
    <div class="find-widget-place" role="search" aria-label="Find in Trace" hidden={!open} ref={widget}>
      <FindWidget find={find} focusRows={focusRows} />
    </div>
  );
}

function FindWidget({ find, focusRows }: FindBarProps) {
  const query = useStore(find.query);
  const result = useStore(find.result);
  const only = useStore(find.only);
  useMarks(find);

  const close = (): void => {
    find.close();
    focusRows();
  };
  const nothing = result !== undefined && result.total === 0 && !result.searching;
  const problem = result?.problem ?? '';
  const place = result?.places.find(({ place: where }) => where !== 'name') ?? result?.places[0];
  const canStep = (result?.total ?? 0) > 0;
  return (
    <div
      class={`find-widget${nothing ? ' no-results' : ''}`}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
        else if (event.altKey && !event.ctrlKey && !event.metaKey) {
          const toggle = TOGGLES.find(({ key }) => key === event.code);
          if (toggle) find.setQuery({ [toggle.option]: !query[toggle.option] });
          else if (event.code === 'KeyL') void find.setOnly(!only);
          else return;
        } else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <div class="find-line">
        <div class={`find-input${problem === '' ? '' : ' is-wrong'}`}>
          <input
            type="text"
            spellcheck={false}
            autocomplete="off"
            placeholder="Find"
            aria-label="Find in the trace: names, keys, values, logs; or a filter"
            aria-invalid={nothing || problem !== ''}
            value={query.text}
            onInput={(event) => find.setQuery({ text: event.currentTarget.value })}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
              event.preventDefault();
              event.stopPropagation();
              find.step(!event.shiftKey);
            }}
          />
          {result?.kind === 'filter' && (
            <span class="find-kind" title="Read as a filter: it names fields. Match Case looks for it as a text.">
              <Icon name="filter" label="Read as a filter" />
            </span>
          )}
          {TOGGLES.map(({ option, icon, label }) => (
            <button
              key={option}
              type="button"
              class="find-toggle"
              title={label}
              aria-label={label}
              aria-pressed={query[option]}
              onClick={() => find.setQuery({ [option]: !query[option] })}
            >
              <Icon name={icon} />
            </button>
          ))}
        </div>
        <div class="find-count" role="status">
          {problem === '' ? countWords(result) : ''}
        </div>
        <IconButton
          icon="arrow-up"
          label="Previous Match (Shift+Enter)"
          disabled={!canStep}
          onClick={() => find.step(false)}
        />
        <IconButton icon="arrow-down" label="Next Match (Enter)" disabled={!canStep} onClick={() => find.step(true)} />
        <IconButton
          icon="list-filter"
          label="Show Matches and What Is Above Them Only (Alt+L)"
          pressed={only}
          onClick={() => void find.setOnly(!only)}
        />
        <IconButton icon="close" label="Close (Escape)" onClick={close} />
      </div>
      {problem !== '' && (
        <div class="find-problem" role="alert">
          {visibleLine(problem)}
        </div>
      )}
      {problem === '' && place && (
        <div class="find-place" title={`${visibleLine(placeWords(place))}: ${visibleLine(place.text)}`}>
          <span class="find-place-name">{visibleLine(placeWords(place))}</span>
          <span class="find-excerpt">
            {visibleLine(place.text.slice(0, place.start))}
            <mark>{visibleLine(place.text.slice(place.start, place.end))}</mark>
            {visibleLine(place.text.slice(place.end))}
          </span>
        </div>
      )}
      {result?.searching && <progress class="find-progress" aria-label="Searching" value={result.progress} max={1} />}
    </div>
  );
}

/** Marks the text on the page, again whenever rows are drawn or the details change. */
function useMarks(find: FindModel): void {
  useEffect(() => {
    let frame = 0;
    const mark = (): void => {
      frame = 0;
      const isText = find.result.value?.kind === 'text' && find.result.value.total > 0;
      if (isText) highlightText(document.querySelectorAll(MARKED), find.query.value);
      else clearHighlights();
    };
    const soon = (): void => {
      // Twice: rows are drawn in the next frame.
      if (frame === 0) frame = requestAnimationFrame(() => (frame = requestAnimationFrame(mark)));
    };
    const stops = [find.result.subscribe(soon), find.query.subscribe(soon), find.onDrawn(soon)];
    const observer = new MutationObserver(soon);
    const body = document.querySelector('.trace-body');
    if (body) observer.observe(body, { childList: true, subtree: true, characterData: true });
    soon();
    return () => {
      for (const stop of stops) stop();
      observer.disconnect();
      cancelAnimationFrame(frame);
      clearHighlights();
    };
  }, [find]);
}
