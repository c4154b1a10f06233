import { useState } from 'preact/hooks';
import type { CutValue } from '../../src/core/model/attributes.ts';
import { formatBytes } from '../text/formatCount.ts';
import { visibleText } from '../../src/core/text/visibleText.ts';
import { useMaybeCallAccess } from '../inference/callView.ts';
import { PagedValue } from '../inference/PagedValue.tsx';
import { useDetailsActions } from './detailsActions.ts';
import { JsonTree } from './JsonTree.tsx';
import { looksLikeJson, parseJson } from './jsonNode.ts';
import type { StructureCut } from './valueText.ts';

/** Longer texts start folded. */
const FOLDED_CHARACTERS = 400;
const FOLDED_LINES = 8;
/** The page stays responsive below this; the rest is opened in steps of as much. */
const DRAWN_CHARACTERS = 200_000;

function folded(text: string): string {
  let end = 0;
  for (let line = 0; line < FOLDED_LINES && end >= 0; line++) end = text.indexOf('\n', end + 1);
  return text.slice(0, Math.min(FOLDED_CHARACTERS, end < 0 ? text.length : end));
}

interface LongTextProps {
  readonly text: string;
  readonly cut: CutValue | StructureCut | undefined;
  readonly open?: boolean;
  /** Structure to show instead of the text at first. */
  readonly json?: string;
}

/** Longer values stay with the engine: the page fetches what is in sight. */
const PAGED_BYTES = 1024 * 1024;

/** Text of any length, see {@link WholeText}; one that is named `what` and too much for the page is shown in pages. */
export function LongText({ what, ...props }: LongTextProps & { readonly what?: string }) {
  const access = useMaybeCallAccess();
  const { text, cut } = props;
  if (what !== undefined && access && cut && 'ref' in cut && cut.totalBytes > PAGED_BYTES) {
    return <PagedValue key={cut.ref} beginning={folded(text)} cut={cut} what={what} />;
  }
  return <WholeText {...props} />;
}

/**
 * Text of any length: folded, whole, and where the sender's value was too long for one message, fetched page by page.
 * JSON can be switched between the text as sent and a tree. Complete or marked as cut, never silently short.
 */
function WholeText({ text, cut, open, json }: LongTextProps) {
  const actions = useDetailsActions();
  const [whole, setWhole] = useState<string | undefined>(undefined);
  const [loading, setLoading] = useState(false);
  const [problem, setProblem] = useState('');
  const [expanded, setExpanded] = useState(open === true);
  const [asTree, setAsTree] = useState(json !== undefined);
  const [drawn, setDrawn] = useState(DRAWN_CHARACTERS);
  const full = whole ?? text;
  const structure = json !== undefined && whole === undefined ? json : full;
  const incomplete = cut !== undefined && whole === undefined;
  const mayTree = !incomplete && (json !== undefined || looksLikeJson(full));
  const tree = asTree && mayTree ? parseJson(structure) : undefined;
  const short = expanded ? full : folded(full);
  const shown = short.length > drawn ? short.slice(0, drawn) : short;

  const load = (): void => {
    if (!cut) return;
    setLoading(true);
    actions.loadValue(cut).then(
      (value) => {
        setWhole(value);
        setExpanded(true);
        setLoading(false);
      },
      (error: unknown) => {
        setProblem(error instanceof Error ? error.message : String(error));
        setLoading(false);
      },
    );
  };

  return (
    <div class="long-text">
      {tree ? <JsonTree node={tree} open={2} /> : <div class="text-value">{visibleText(shown)}</div>}
      <div class="long-text-actions">
        {!tree && short.length < full.length && (
          <button type="button" class="link-button" onClick={() => setExpanded(true)}>
            Show more
          </button>
        )}
        {!tree && expanded && open !== true && full.length > folded(full).length && (
          <button type="button" class="link-button" onClick={() => setExpanded(false)}>
            Show less
          </button>
        )}
        {!tree && shown.length < short.length && (
          <button type="button" class="link-button" onClick={() => setDrawn(drawn + DRAWN_CHARACTERS)}>
            {(short.length - shown.length).toLocaleString('en-US')} more characters
          </button>
        )}
        {incomplete && (
          <button type="button" class="link-button" disabled={loading} onClick={load}>
            {loading ? 'Loading…' : `Show all (${formatBytes(cut.totalBytes)})`}
          </button>
        )}
        {mayTree && (
          <button type="button" class="link-button" aria-pressed={asTree} onClick={() => setAsTree(!asTree)}>
            {asTree ? 'As text' : 'As tree'}
          </button>
        )}
        {problem !== '' && <span class="problem">{visibleText(problem)}</span>}
      </div>
    </div>
  );
}
