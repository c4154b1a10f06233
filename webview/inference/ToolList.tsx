import { visibleLine, visibleText } from '../../src/core/text/visibleText.ts';
import { CopyButton } from '../details/CopyButton.tsx';
import { JsonTree } from '../details/JsonTree.tsx';
import { parseJson, type JsonNode } from '../details/jsonNode.ts';
import { LongText } from '../details/LongText.tsx';
import type { PlacedItem } from './conversation.ts';
import { useCallFound } from './callView.ts';
import { Folded } from './Folded.tsx';
import { FoundText } from './FoundText.tsx';

/** The tools a model was offered: folded to their names, each with its schema. */
export function ToolList({ items }: { readonly items: readonly PlacedItem[] }) {
  const found = useCallFound();
  const matched = found ? items.filter(({ index }) => found.byItem.has(index)) : [];
  const names = items.map(({ item }) => item.toolName ?? item.label).join(', ');
  return (
    <section class="block item tools" aria-label="tools">
      <Folded summary={`${items.length === 1 ? '1 tool' : `${items.length} tools`}: ${names}`}>
        {() =>
          items.map(({ item, index }) => {
            const name = visibleLine(item.toolName ?? item.label);
            const node = item.json === undefined ? undefined : parseJson(item.json);
            const description = node && descriptionIn(node);
            return (
              <div key={index} class="tool-definition">
                <h3>
                  <span class="block-name mono">{name}</span>
                  <CopyButton text={item.json ?? item.text} what={`definition of ${name}`} cut={item.cut} />
                </h3>
                {description !== undefined && <p class="tool-description">{visibleText(description)}</p>}
                {node ? <JsonTree node={node} open={1} /> : <LongText text={item.text} cut={item.cut} />}
              </div>
            );
          })
        }
      </Folded>
      {found && matched.map(({ item, index }) => <FoundText key={index} item={item} index={index} found={found} />)}
    </section>
  );
}

/** What a definition says of its tool: at its top, or inside `function`, as OpenAI has it. */
function descriptionIn(node: JsonNode): string | undefined {
  if (node.kind !== 'object') return undefined;
  for (const [key, value] of node.entries) {
    if (key === 'description' && value.kind === 'string') return value.text;
    if (key === 'function') return descriptionIn(value);
  }
  return undefined;
}
