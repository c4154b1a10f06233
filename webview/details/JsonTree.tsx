import { useMemo, useState } from 'preact/hooks';
import { visibleLine, visibleText } from '../../src/core/text/visibleText.ts';
import { standsFor } from '../follow/markedValue.ts';
import { jsonInText, jsonOfNode, sizeOf, type JsonNode } from './jsonNode.ts';
import { previewOf } from './jsonPreview.ts';
import { cutText, leftOutText, recordedNode } from './recordedNode.ts';

/** Members drawn at a time; a long array is opened in such steps. */
const STEP = 100;
const LONG_STRING = 2000;

export interface JsonTreeProps {
  readonly node: JsonNode;
  readonly name?: string;
  /** Levels that start open. */
  readonly open: number;
}

/** A structure that opens level by level, also one that is JSON in a text; closed levels cost one line. */
export function JsonTree({ node: given, name, open }: JsonTreeProps) {
  const inText = useMemo(() => (given.kind === 'string' ? jsonInText(given.text) : undefined), [given]);
  const node = inText ?? given;
  const recorded = node.kind === 'object' ? recordedNode(node) : undefined;
  const [expanded, setExpanded] = useState(open > 0 && !recorded);
  const [shown, setShown] = useState(STEP);
  if (name === '$cut' && node.kind === 'scalar') return <LeftOut text={leftOutText(node)} />;
  if (node.kind === 'scalar' || node.kind === 'string') {
    return (
      <div class="json-line json-leaf">
        {name !== undefined && <span class="json-key">{visibleLine(name)}:</span>}
        <Leaf node={node} />
      </div>
    );
  }
  if (recorded?.isLeftOut === true) return <LeftOut text={recorded.text} />;
  if (recorded && !recorded.inner) {
    return (
      <div class="json-line json-leaf">
        {name !== undefined && <span class="json-key">{visibleLine(name)}:</span>}
        <span class="json-string">{visibleLine(recorded.text)}</span>
      </div>
    );
  }
  const of = recorded?.inner ?? node;
  const size = sizeOf(of);
  const members: readonly (readonly [string, JsonNode])[] =
    of.kind === 'object' ? of.entries : of.items.map((item, index) => [String(index), item] as const);
  return (
    <div class="json-node">
      <button
        type="button"
        class="json-line json-toggle"
        ref={(element) => standsFor(element, () => jsonOfNode(node))}
        aria-expanded={expanded}
        onClick={() => setExpanded(!expanded)}
      >
        <span class={`codicon codicon-chevron-${expanded ? 'down' : 'right'}`} aria-hidden="true" />
        {name !== undefined && <span class="json-key">{visibleLine(name)}:</span>}
        {inText && <span class="json-in-text">in a text</span>}
        <span class="dim">
          {recorded
            ? visibleLine(recorded.text)
            : expanded
              ? node.kind === 'array'
                ? `[${size}]`
                : `{${size}}`
              : visibleLine(previewOf(node))}
        </span>
      </button>
      {expanded && (
        <div class="json-members">
          {members.slice(0, shown).map(([key, value], index) => (
            <JsonTree key={index} name={key} node={value} open={open - 1} />
          ))}
          {size > shown && (
            <button type="button" class="link-button" onClick={() => setShown(shown + STEP)}>
              {(size - shown).toLocaleString('en-US')} more
            </button>
          )}
        </div>
      )}
    </div>
  );
}

/** What was not recorded of a structure. */
function LeftOut({ text }: { readonly text: string }) {
  return <div class="json-line json-leaf dim">{text}</div>;
}

function Leaf({ node }: { readonly node: JsonNode & { readonly kind: 'scalar' | 'string' } }) {
  const [whole, setWhole] = useState(false);
  if (node.kind === 'scalar') return <span class={`json-${node.type}`}>{node.text}</span>;
  const cut = cutText(node.text);
  const text = cut?.text ?? node.text;
  const long = text.length > LONG_STRING && !whole;
  return (
    <span class="json-string">
      {visibleText(long ? text.slice(0, LONG_STRING) : text)}
      {long && (
        <button type="button" class="link-button" onClick={() => setWhole(true)}>
          … {(text.length - LONG_STRING).toLocaleString('en-US')} more characters
        </button>
      )}
      {cut && !long && (
        <span class="dim">{`\u2026 ${cut.lacks.toLocaleString('en-US')} more characters, not recorded`}</span>
      )}
    </span>
  );
}
