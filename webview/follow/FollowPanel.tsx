import { useEffect, useRef, useState } from 'preact/hooks';
import { formatDuration } from '../../src/core/layout/formatDuration.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { FollowHit } from '../../src/protocol/followApi.ts';
import { useStore } from '../state/useStore.ts';
import { Icon } from '../ui/Icon.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import { followedWords, placeWords, sideWords, spanWords } from './followWords.ts';
import type { ValueFollower } from './valueFollower.ts';

export interface FollowPanelProps {
  readonly follower: ValueFollower;
  /** Opens the source of the selected span. */
  readonly onOpenSource: () => void;
  /** Moves the keyboard back into the view. */
  readonly focusView: () => void;
}

const ICONS: Readonly<Record<FollowHit['side'], string>> = {
  input: 'arrow-small-right',
  output: 'sparkle',
  arguments: 'symbol-parameter',
  result: 'reply',
  attribute: 'tag',
  event: 'pin',
  log: 'output',
  name: 'symbol-string',
  status: 'error',
};

/** Every place of a value in the trace, earliest first, above the chosen view. */
export function FollowPanel({ follower, onOpenSource, focusView }: FollowPanelProps) {
  const followed = useStore(follower.state);
  const [repeats, setRepeats] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const marked = followed?.marked;
  const listedAny = (followed?.hits.length ?? 0) > 0;
  useEffect(() => setRepeats(false), [marked]);
  useEffect(() => {
    if (listedAny) list.current?.focus({ preventScroll: true });
  }, [marked, listedAny]);
  const at = followed?.at ?? -1;
  useEffect(() => {
    list.current?.querySelector('.selected')?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  if (!followed) return null;

  const { hits, searching, progress, problem, tooCommon } = followed;
  const repeated = hits.filter((hit) => hit.repeated).length;
  const listed = hits
    .map((hit, place) => ({ hit, place }))
    .filter(({ hit, place }) => repeats || !hit.repeated || place === at);
  const passes = (hit: FollowHit): boolean => repeats || !hit.repeated;
  const close = (): void => {
    follower.stop();
    focusView();
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => follower.step(true, passes),
    ArrowUp: () => follower.step(false, passes),
    Home: () => follower.go(listed[0]?.place ?? 0),
    End: () => follower.go(listed.at(-1)?.place ?? 0),
    Enter: onOpenSource,
    Escape: close,
  };
  return (
    <section class="follow" aria-label="Places of the value">
      <div class="follow-head">
        <Icon name="references" />
        <code class="follow-value" title={visibleLine(followed.shown)}>
          {visibleLine(followed.shown === '' ? followed.marked : followed.shown)}
        </code>
        <span
          class={`follow-said ${problem !== '' || tooCommon ? 'is-warning' : 'dim'}`}
          role="status"
          title={followedWords(followed)}
        >
          {visibleLine(followedWords(followed))}
        </span>
        <IconButton
          icon="arrow-up"
          label="Previous Place (↑)"
          disabled={hits.length < 2}
          onClick={() => follower.step(false, passes)}
        />
        <IconButton
          icon="arrow-down"
          label="Next Place (↓)"
          disabled={hits.length < 2}
          onClick={() => follower.step(true, passes)}
        />
        <IconButton icon="close" label="Stop Following (Escape)" onClick={close} />
      </div>
      {searching && <progress class="find-progress" aria-label="Searching" value={progress} max={1} />}
      {hits.length > 0 && (
        <div
          class="follow-list"
          role="listbox"
          tabIndex={0}
          ref={list}
          aria-label="Places, earliest first"
          aria-activedescendant={at >= 0 ? `follow-${at}` : undefined}
          onKeyDown={(event) => {
            const run = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey ? undefined : keys[event.key];
            if (!run) return;
            event.preventDefault();
            event.stopPropagation();
            run();
          }}
        >
          {listed.map(({ hit, place }) => (
            <HitRow
              key={place}
              hit={hit}
              place={place}
              isActive={place === at}
              isOrigin={place === 0 && !searching && !tooCommon}
              isFrom={hit.spanId === followed.from}
              onGo={() => {
                list.current?.focus({ preventScroll: true });
                follower.go(place);
              }}
              onOpen={onOpenSource}
            />
          ))}
        </div>
      )}
      {repeated > 0 && (
        <button
          type="button"
          class="link-button follow-repeats"
          aria-expanded={repeats}
          onClick={() => setRepeats(!repeats)}
        >
          {repeats
            ? 'Hide repeats'
            : `${repeated.toLocaleString('en-US')} ${repeated === 1 ? 'place' : 'places'} in later prompts of the same conversation, which repeat it`}
        </button>
      )}
    </section>
  );
}

interface HitRowProps {
  readonly hit: FollowHit;
  readonly place: number;
  readonly isActive: boolean;
  readonly isOrigin: boolean;
  readonly isFrom: boolean;
  readonly onGo: () => void;
  readonly onOpen: () => void;
}

function HitRow({ hit, place, isActive, isOrigin, isFrom, onGo, onOpen }: HitRowProps) {
  const where = visibleLine(placeWords(hit));
  const before = visibleLine(hit.text.slice(0, hit.start));
  const match = visibleLine(hit.text.slice(hit.start, hit.end));
  const behind = visibleLine(hit.text.slice(hit.end));
  const title = [`${spanWords(hit)}: ${sideWords(hit)}`, hit.key, hit.path, hit.text]
    .filter((part) => part !== '')
    .map(visibleLine)
    .join('\n');
  return (
    <div
      id={`follow-${place}`}
      role="option"
      aria-selected={isActive}
      class={`follow-hit${isActive ? ' selected' : ''}${hit.repeated ? ' is-repeated' : ''}`}
      title={title}
      onClick={onGo}
      onDblClick={onOpen}
    >
      <span class="dim follow-time">{formatDuration(hit.atNs)}</span>
      <Icon name={ICONS[hit.side]} />
      <span class="follow-span">
        {hit.step >= 0 && <span class="dim">{hit.step + 1} </span>}
        {visibleLine(spanWords(hit))}
      </span>
      <span class="dim follow-side">{visibleLine(sideWords(hit))}</span>
      <span class="follow-text">
        {where !== '' && <span class="dim">{where}: </span>}
        <span class="mono-text">
          {before}
          <mark>{match}</mark>
          {behind}
        </span>
        {hit.count > 1 && <span class="dim"> and {hit.count - 1} more</span>}
      </span>
      {isOrigin && <span class="follow-badge">first seen here</span>}
      {isFrom && !isOrigin && <span class="dim follow-badge-plain">followed from here</span>}
    </div>
  );
}
