import type { ModelItem } from '../../src/core/model/modelCall.ts';
import type { ToolJoins } from './conversation.ts';
import { DocumentList } from './DocumentList.tsx';
import { NumbersBody } from './NumbersBody.tsx';
import { useNumbers } from './numbersModel.ts';
import { MediaPart } from './MediaPart.tsx';
import { TextBody } from './TextBody.tsx';
import { ToolCall } from './ToolCall.tsx';

export interface ItemBodyProps {
  readonly item: ModelItem;
  readonly joins: ToolJoins;
}

/** Draws an item by what it is. */
export function ItemBody({ item, joins }: ItemBodyProps) {
  const { part } = item;
  if (part === undefined) return item.role === '' ? <Numbers item={item} /> : <TextBody item={item} />;
  switch (part) {
    case 'toolCall':
      return <ToolCall item={item} joins={joins} />;
    case 'image':
    case 'audio':
    case 'file':
      return <MediaPart item={item} />;
    case 'documents':
      return <DocumentList item={item} />;
    case 'features':
    case 'tensor':
    case 'embedding':
    case 'scores':
      return <Numbers item={item} />;
    case 'reasoning':
    case 'toolResult':
    case 'toolDefinition':
    case 'outputSchema':
      return <TextBody item={item} />;
  }
}

/** As a table, tensor or embedding where the engine finds one in it. */
function Numbers({ item }: { readonly item: ModelItem }) {
  const model = useNumbers();
  return model ? (
    <NumbersBody model={model} item={item}>
      {() => <TextBody item={item} />}
    </NumbersBody>
  ) : (
    <TextBody item={item} />
  );
}
