import { contentLibrary } from '../../src/core/launch/contentLibraries.ts';
import type { CallNote } from '../../src/core/model/modelCall.ts';
import { visibleText } from '../../src/core/text/visibleText.ts';
import { useDetailsActions } from '../details/detailsActions.ts';
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
          <span>
            {visibleText(note.text)}
            <TurnOn id={note.library} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Nothing for a library without a variable. */
function TurnOn({ id }: { readonly id: string | undefined }) {
  const { turnOnContent } = useDetailsActions();
  const library = contentLibrary(id);
  if (!library) return null;
  const variables = Object.entries(library.variables).map(([name, value]) => `${name}=${value}`);
  const title = ['From the next start of the program on:', ...variables].join('\n');
  return (
    <>
      {' '}
      <button type="button" class="link-button" title={title} onClick={() => turnOnContent(library.id)}>
        Turn On Content…
      </button>
    </>
  );
}
