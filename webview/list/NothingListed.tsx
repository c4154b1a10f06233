import { useEffect, useState } from 'preact/hooks';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { UnknownFilterKey } from '../../src/protocol/queryApi.ts';
import { useStore } from '../state/useStore.ts';
import type { TraceListModel } from './traceListModel.ts';

export interface NothingListedProps {
  /** What is wrong with the filter; empty when nothing is. */
  readonly problem: string;
  readonly model: TraceListModel;
}

/** Why the list is empty, and what to do about it. */
export function NothingListed({ problem, model }: NothingListedProps) {
  const filter = useStore(model.filter);
  const brush = useStore(model.brush);
  const { held } = useStore(model.page);
  const [unknown, setUnknown] = useState<readonly UnknownFilterKey[]>([]);
  useEffect(() => {
    void model.unknownKeys().then(setUnknown);
  }, [filter, held]);
  // Those of the filter before stand until the next are known.
  const named = unknown.filter(({ key }) => filter.includes(key));
  if (problem !== '') return <p class="list-nothing">{visibleLine(problem)}</p>;
  if (filter === '' && brush === null) return null;
  return (
    <div class="list-nothing" role="status">
      <p>No trace matches.</p>
      {named.map((each) => (
        <p key={each.key}>
          No span has the attribute <span class="mono">{visibleLine(each.key)}</span>.
          <Meant unknown={each} filter={filter} onUse={(meant) => model.filter.set(meant)} />
        </p>
      ))}
      <button
        type="button"
        class="link-button"
        onClick={() => {
          model.filter.set('');
          model.brush.set(null);
        }}
      >
        Show all
      </button>
    </div>
  );
}

interface MeantProps {
  readonly unknown: UnknownFilterKey;
  readonly filter: string;
  readonly onUse: (filter: string) => void;
}

/** The nearest key that is known; a button where it is plain what to put it in the place of. */
function Meant({ unknown: { key, nearest }, filter, onUse }: MeantProps) {
  if (nearest === '') return null;
  const [before = '', behind, ...others] = filter.split(key);
  const isPlain = behind !== undefined && others.length === 0 && !before.endsWith('"');
  return (
    <>
      {' '}
      Did you mean{' '}
      {isPlain ? (
        <button
          type="button"
          class="link-button mono"
          title={`Filter by ${visibleLine(nearest)} instead`}
          onClick={() => onUse(`${before}${nearest}${behind}`)}
        >
          {visibleLine(nearest)}
        </button>
      ) : (
        <span class="mono">{visibleLine(nearest)}</span>
      )}
      ?
    </>
  );
}
