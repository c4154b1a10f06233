import type { CallNote } from '../../src/core/model/modelCall.ts';
import { visibleText } from '../../src/core/text/visibleText.ts';
import { Icon } from '../ui/Icon.tsx';

const ICONS: Record<CallNote['kind'], string> = {
  droppedAttributes: 'warning',
  shortened: 'warning',
  notRecorded: 'info',
  redacted: 'lock',
  duplicate: 'info',
  other: 'info',
};

/** What the reader should know before trusting what is shown, each with its cure. */
export function CallNotes({ notes }: { readonly notes: readonly CallNote[] }) {
  if (notes.length === 0) return null;
  return (
    <ul class="call-notes">
      {notes.map((note, index) => (
        <li key={index} class={ICONS[note.kind] === 'warning' ? 'is-warning' : ''}>
          <Icon name={ICONS[note.kind]} />
          <span>{visibleText(note.text)}</span>
        </li>
      ))}
    </ul>
  );
}
