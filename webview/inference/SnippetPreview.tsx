import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { callSnippet, type SnippetKind } from '../../src/core/inference/snippets/callSnippet.ts';
import type { ModelCall, ModelItem } from '../../src/core/model/modelCall.ts';
import { visibleText } from '../../src/core/text/visibleText.ts';
import { valuePages } from '../../src/protocol/valuePages.ts';
import { wholeCall } from '../../src/protocol/wholeCall.ts';
import { useDetailsActions } from '../details/detailsActions.ts';
import { Button } from '../ui/Button.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import type { MenuItem } from '../ui/Menu.tsx';
import { useCallAccess, type CallAccess } from './callView.ts';

const KINDS: readonly (readonly [SnippetKind, string, string])[] = [
  ['json', 'JSON', 'input.json'],
  ['curl', 'curl', 'request.sh'],
  ['python', 'Python (OpenAI SDK)', 'request.py'],
  ['javascript', 'JavaScript (OpenAI SDK)', 'request.js'],
  ['fixture', 'Test Fixture (JSON)', 'call.fixture.json'],
];

/** Drawn of a long snippet; what is copied is whole. */
const DRAWN_CHARACTERS = 20_000;
/** Longer values stay out of a snippet, which says so. */
const MOST_BYTES = 4 * 1024 * 1024;

/** The entries of the menu that makes a snippet. */
export function snippetItems(choose: (kind: SnippetKind) => void): readonly MenuItem[] {
  return [
    { kind: 'title', label: 'Input as' },
    ...KINDS.map(([kind, label]): MenuItem => ({ kind: 'action', label: `${label}…`, run: () => choose(kind) })),
  ];
}

/** What would be copied, to be read before it is: a call's input as JSON, a command or a program. */
export function SnippetPreview({ kind, onClose }: { readonly kind: SnippetKind; readonly onClose: () => void }) {
  const access = useCallAccess();
  const actions = useDetailsActions();
  const box = useRef<HTMLElement>(null);
  const [text, setText] = useState<string | undefined>(undefined);
  const [problem, setProblem] = useState('');
  const [, label, file] = KINDS.find(([each]) => each === kind) ?? KINDS[0] ?? ['json', '', 'input.json'];
  useLayoutEffect(() => box.current?.focus(), [kind]);
  useEffect(() => {
    let isLatest = true;
    setText(undefined);
    setProblem('');
    read(access)
      .then((call) => (call ? callSnippet(call, kind) : null))
      .then(
        (made) => {
          if (!isLatest) return;
          if (made === null)
            setProblem('The call records no messages that could be sent again. A test fixture can be made of it.');
          else setText(made);
        },
        (error: unknown) => {
          if (isLatest) setProblem(error instanceof Error ? error.message : String(error));
        },
      );
    return () => {
      isLatest = false;
    };
  }, [access, kind]);
  return (
    <section
      class="snippet"
      aria-label={`Input as ${label}`}
      ref={box}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      <div class="paged-head">
        <strong>{`Input as ${label}`}</strong>
        {text !== undefined && (
          <>
            <Button onClick={() => actions.copy(text, `input as ${label}`)}>Copy</Button>
            <Button secondary onClick={() => actions.saveText(text, file)}>
              Save As…
            </Button>
          </>
        )}
        <IconButton icon="close" label="Close (Escape)" onClick={onClose} />
      </div>
      {problem !== '' && <p class="problem">{visibleText(problem)}</p>}
      {text === undefined && problem === '' && <p class="dim">Reading…</p>}
      {text !== undefined && (
        <pre class="raw" tabIndex={0}>
          {visibleText(text.slice(0, DRAWN_CHARACTERS))}
          {text.length > DRAWN_CHARACTERS &&
            `\n… ${(text.length - DRAWN_CHARACTERS).toLocaleString('en-US')} more characters`}
        </pre>
      )}
    </section>
  );
}

/** The call with its items and their texts whole, but for very long ones. */
async function read({ request, ref }: CallAccess): Promise<ModelCall | null> {
  const call = await wholeCall(
    { model: (span) => request('span/model', span), items: (page) => request('call/items', page) },
    ref,
  );
  if (!call) return null;
  const whole = async (item: ModelItem): Promise<ModelItem> => {
    if (!item.cut || item.cut.totalBytes > MOST_BYTES) return item;
    let text = '';
    for await (const page of valuePages(ref, item.cut.ref, (question) => request('span/value', question))) text += page;
    const { role, label, from, form, part, message, toolCallId, toolName, json } = item;
    return {
      ...{ role, label, from, form, text },
      ...(part && { part }),
      ...(message !== undefined && { message }),
      ...(toolCallId !== undefined && { toolCallId }),
      ...(toolName !== undefined && { toolName }),
      ...(json !== undefined && { json }),
    };
  };
  const inputs: ModelItem[] = [];
  // One after the other: there may be thousands.
  for (const item of call.inputs) inputs.push(await whole(item));
  return { ...call, inputs };
}
