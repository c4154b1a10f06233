import type { SourceResolution } from '../../src/core/model/source.ts';
import { driftOf, reasonOf } from '../../src/core/source/reasonOf.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { Button } from '../ui/Button.tsx';
import { useDetailsActions } from './detailsActions.ts';
import { fullPlaceOf } from './sourceWords.ts';

/** A sentence with its `code` set as such. */
function Words({ text }: { readonly text: string }) {
  const parts = visibleLine(text).split(/`([^`]*)`/);
  return <>{parts.map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>;
}

function PreferButton(props: { readonly text: string; readonly title: string; readonly candidate: number }) {
  const { preferSource } = useDetailsActions();
  return (
    <button
      type="button"
      class="link-button prefer-button"
      title={props.title}
      onClick={() => preferSource(props.candidate)}
    >
      {props.text}
    </button>
  );
}

/** Every place the span may come from, with how sure and why; or what was tried. */
export function SourceTab({ source }: { readonly source: SourceResolution | undefined }) {
  const actions = useDetailsActions();
  if (!source) return <p class="dim">Looking for the source…</p>;
  return (
    <>
      {source.candidates.length === 0 && (
        <>
          <p>
            No place in this workspace fits the span. What would help: the literal of its name in an open folder, or a
            path mapping in <code>spanline.source.pathMappings</code>.
          </p>
          <div class="welcome-actions">
            <Button onClick={actions.searchSource} title="Search the open folders for the span's name">
              Search Workspace
            </Button>
            <Button secondary onClick={actions.openPathMappings}>
              Add Path Mapping…
            </Button>
          </div>
        </>
      )}
      {source.candidates.length > 0 && (
        <ol class="candidates">
          {source.candidates.map((candidate, index) => (
            <li key={index}>
              <button
                type="button"
                class="link-button mono"
                title="Open in the editor"
                onClick={(event) => actions.openSource(index, event.ctrlKey || event.metaKey)}
              >
                {visibleLine(fullPlaceOf(candidate))}
              </button>
              <span class={`sureness sureness-${candidate.confidence}`}>{candidate.confidence}</span>
              {candidate.drift?.kind === 'stale' && <span class="dim">stale</span>}
              {candidate.outside && <span class="dim">outside the workspace</span>}
              {candidate.evidence.kind === 'remembered' && (
                <PreferButton text="Forget" title="Do not open this place first any more" candidate={-1} />
              )}
              {(index > 0 || source.ambiguous) && !candidate.outside && candidate.cell === undefined && (
                <PreferButton
                  text="Open First"
                  title="Open this place first for spans like this one"
                  candidate={index}
                />
              )}
              <div class="dim">
                <Words text={reasonOf(candidate.evidence)} />
              </div>
              {candidate.drift && <div class="dim">{driftOf(candidate)}</div>}
            </li>
          ))}
        </ol>
      )}
      {source.tried.length > 0 && (
        <>
          <h3>What was tried</h3>
          <ul class="tried">
            {source.tried.map((line, index) => (
              <li key={index}>
                <Words text={line} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
