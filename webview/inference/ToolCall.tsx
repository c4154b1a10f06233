import type { ModelItem } from '../../src/core/model/modelCall.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { CopyButton } from '../details/CopyButton.tsx';
import { JsonTree } from '../details/JsonTree.tsx';
import { parseJson, type JsonNode } from '../details/jsonNode.ts';
import { Icon } from '../ui/Icon.tsx';
import type { ToolJoins } from './conversation.ts';
import { TextBody } from './TextBody.tsx';

/** A call of a tool: its name, its arguments, and what it answered when that is in the conversation. */
export function ToolCall({ item, joins }: { readonly item: ModelItem; readonly joins: ToolJoins }) {
  const id = item.toolCallId ?? '';
  const result = joins.resultOf.get(id);
  const name = visibleLine(item.toolName ?? item.label);
  const node = item.json === undefined ? undefined : parseJson(item.json);
  const given = node && argumentsIn(node);
  return (
    <div class="tool-call">
      <div class="tool-line">
        <Icon name="symbol-method" label="Tool call" />
        <span class="mono tool-name">{name}</span>
        {id !== '' && (
          <span class="dim mono tool-id" title="Id of the call">
            {visibleLine(id)}
          </span>
        )}
        <CopyButton text={item.text} what={`call of ${name}`} cut={item.cut} />
      </div>
      {given ? <JsonTree node={given} open={2} /> : <TextBody item={item} />}
      <div class="tool-line tool-answer">
        <Icon name="reply" label="Result" />
        {result ? <TextBody item={result} /> : <span class="dim">no result recorded in this call</span>}
      </div>
    </div>
  );
}

/** The arguments in a call as the reader puts it down: `{id, name, arguments}`; undefined when they are plain text. */
function argumentsIn(node: JsonNode): JsonNode | undefined {
  if (node.kind !== 'object') return node.kind === 'array' ? node : undefined;
  const given = node.entries.find(([key]) => key === 'arguments');
  if (!given) return node;
  return given[1].kind === 'object' || given[1].kind === 'array' ? given[1] : undefined;
}
