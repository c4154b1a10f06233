import type { ComponentChildren } from 'preact';
import type { ModelItem } from '../../src/core/model/modelCall.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { useStore } from '../state/useStore.ts';
import { FeatureTable } from './FeatureTable.tsx';
import { Folded } from './Folded.tsx';
import type { NumbersModel, PlacedHead } from './numbersModel.ts';
import { TensorView } from './TensorView.tsx';

export interface NumbersBodyProps {
  readonly model: NumbersModel;
  readonly item: ModelItem;
  /** The item as it was sent: shown instead while nothing is known of numbers, and below them on request. */
  readonly children: () => ComponentChildren;
}

/** Recorded arrays that stand beside other values in a structure: as a tree it is short, and has the others. */
function isAmongOthers(item: ModelItem, heads: readonly PlacedHead[]): boolean {
  return heads.every(({ head }) => head.from.includes('#')) && /^\s*[[{][^]*"\$tensor":/.test(item.text);
}

/** An item as the tables, tensors and embeddings it holds, and as it was sent when asked. */
export function NumbersBody({ model, item, children }: NumbersBodyProps) {
  const call = useStore(model.live.answer);
  const heads = model.headsOf(call, item);
  if (!call || heads.length === 0) return <>{children()}</>;
  return (
    <>
      {heads.map((placed) => {
        const name = placed.head.from.split('#')[1] ?? '';
        const label = visibleLine(name === '' ? item.label : name) || 'values';
        const props = { model, call, placed, label };
        return (
          <div key={placed.value} class="numbers">
            {name !== '' && <h4>{visibleLine(name)}</h4>}
            {placed.head.form === 'table' ? <FeatureTable {...props} /> : <TensorView {...props} />}
          </div>
        );
      })}
      {isAmongOthers(item, heads) ? (
        children()
      ) : (
        <Folded summary="As it was sent" size={item.text.length} class="dim">
          {children}
        </Folded>
      )}
    </>
  );
}
