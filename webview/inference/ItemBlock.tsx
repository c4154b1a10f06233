import type { ModelItem } from '../../src/core/model/modelCall.ts';
import { visibleLine, visibleText } from '../../src/core/text/visibleText.ts';
import { Icon } from '../ui/Icon.tsx';
import { useCallFound } from './callView.ts';
import type { ToolJoins } from './conversation.ts';
import { Folded } from './Folded.tsx';
import { FoundText } from './FoundText.tsx';
import { ItemBody } from './ItemBody.tsx';

export interface ItemBlockProps {
  readonly item: ModelItem;
  /** Place of the item among those of its side. */
  readonly index: number;
  readonly joins: ToolJoins;
  /** The message around it says who speaks. */
  readonly inMessage?: boolean;
}

/** One part of a message, or one value, with what is to be said of it. */
export function ItemBlock({ item, index, joins, inMessage }: ItemBlockProps) {
  const found = useCallFound();
  const isFolded = item.part === 'reasoning';
  return (
    <div class={`item-part part-${item.part ?? 'plain'}`}>
      {inMessage === true && item.label !== 'message' && item.part === undefined && (
        <div class="dim part-label">{visibleLine(item.label)}</div>
      )}
      {found?.byItem.has(index) ? (
        <FoundText item={item} index={index} found={found} />
      ) : isFolded ? (
        <Folded summary="reasoning" size={item.text.length} class="dim">
          {() => <ItemBody item={item} joins={joins} />}
        </Folded>
      ) : (
        <ItemBody item={item} joins={joins} />
      )}
      {item.shortened && (
        <p class="is-warning item-note">
          <Icon name="warning" />
          <span>{visibleText(item.shortened.cure)}</span>
        </p>
      )}
      {item.guess === true && (
        <p class="dim item-note">
          <Icon name="question" />
          <span>
            A guess: no known library writes this key, it only looks like {item.role === '' ? 'a value' : 'a message'}{' '}
            of the call.
          </span>
        </p>
      )}
    </div>
  );
}
