import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { StepLine } from '../../src/protocol/stepsApi.ts';
import { formatCount } from '../text/formatCount.ts';
import { Icon } from '../ui/Icon.tsx';
import { Twisty } from './Twisty.tsx';

export interface LineCellsProps {
  readonly line: StepLine;
  /** Undefined when there is nothing to open. */
  readonly expanded: boolean | undefined;
  readonly onToggle: () => void;
  /** Messages of the stretch that are shown. */
  readonly shown: number;
  readonly onShowMore: () => void;
  /** Goes to another step. */
  readonly onGo: (place: number) => void;
}

const ROLE_ICONS: Readonly<Record<string, string>> = {
  system: 'settings-gear',
  user: 'account',
  assistant: 'sparkle',
  tool: 'tools',
};

/** One line of an opened step. */
export function LineCells({ line, expanded, onToggle, shown, onShowMore, onGo }: LineCellsProps) {
  return (
    <>
      {expanded === undefined ? <span class="step-twisty" /> : <Twisty open={expanded} what="" onToggle={onToggle} />}
      <LineText line={line} />
      {line.kind === 'asBefore' && expanded === true && shown < line.count && (
        <button type="button" class="link-button" tabIndex={-1} onClick={onShowMore}>
          {(line.count - shown).toLocaleString('en-US')} more
        </button>
      )}
      {line.step >= 0 && (
        <button
          type="button"
          class="link-button step-link"
          tabIndex={-1}
          title={`Go to step ${line.step + 1}`}
          onClick={() => onGo(line.step)}
        >
          step {line.step + 1}
        </button>
      )}
    </>
  );
}

function LineText({ line }: { readonly line: StepLine }) {
  const label = visibleLine(line.label);
  const text = visibleLine(line.text);
  const other = visibleLine(line.other);
  switch (line.kind) {
    case 'asBefore':
      return (
        <span class="dim stat-text">
          <Icon name="fold" /> {formatCount(line.count, 'message', 'messages')} as before
        </span>
      );
    case 'message':
      return (
        <span class="stat-text" title={text}>
          <Icon name={ROLE_ICONS[line.label] ?? 'comment'} /> {label !== '' && <span class="dim">{label}</span>}{' '}
          <span class="mono-text">{text}</span>
        </span>
      );
    case 'call':
      return (
        <span class="stat-text" title={other === '' ? text : `${text}\n→ ${other}`}>
          <Icon name="arrow-right" /> <span>{label}</span> <span class="mono-text">{text}</span>
          {other !== '' && <span class="dim mono-text"> → {other}</span>}
        </span>
      );
    case 'result':
    case 'arguments':
      return (
        <span class="stat-text" title={text}>
          <Icon name={line.kind === 'result' ? 'reply' : 'symbol-parameter'} /> <span class="dim">{label}</span>{' '}
          <span class="mono-text">{text === '' ? '(not recorded)' : text}</span>
        </span>
      );
    case 'problem':
      return (
        <span class={`stat-text ${line.other === 'unknown' ? 'dim' : 'is-warning'}`} title={`${label} ${text}`}>
          <Icon name={line.other === 'unknown' ? 'info' : 'warning'} /> {label !== '' && <code>{label}</code>} {text}
        </span>
      );
    case 'difference':
      return (
        <span class="stat-text is-warning" title={`${label}: asked for ${text}, received ${other}`}>
          <Icon name="diff" /> {label !== '' && <code>{label}</code>} asked for{' '}
          <span class="mono-text">{text === '' ? 'nothing' : text}</span>, received{' '}
          <span class="mono-text">{other === '' ? 'nothing' : other}</span>
        </span>
      );
    case 'cacheEnd':
      return (
        <span class="dim stat-text" title={text}>
          <Icon name="database" /> {text}
        </span>
      );
    case 'note':
      return (
        <span class="dim stat-text" title={text}>
          <Icon name="info" /> {text}
        </span>
      );
  }
}
