import type { Attribute } from '../../src/core/model/attributes.ts';
import { formatCount } from '../text/formatCount.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { CopyButton } from './CopyButton.tsx';
import { LongText } from './LongText.tsx';
import { cutOf, typeName, valueJson, valueText } from './valueText.ts';

export interface AttributeTableProps {
  readonly attributes: readonly Attribute[];
  readonly droppedCount: number;
  /** Said when there are none. */
  readonly empty: string;
}

/** Keys and typed values in the sender's order. */
export function AttributeTable({ attributes, droppedCount, empty }: AttributeTableProps) {
  return (
    <>
      {attributes.length === 0 && <p class="dim">{empty}</p>}
      {attributes.length > 0 && (
        <table class="attributes">
          <tbody>
            {attributes.map((attribute, index) => (
              <AttributeRow key={`${index} ${attribute.key}`} attribute={attribute} />
            ))}
          </tbody>
        </table>
      )}
      {droppedCount > 0 && (
        <p class="dim">
          {formatCount(droppedCount, 'attribute was', 'attributes were')} dropped by the sender&apos;s SDK. Its limit is{' '}
          <code>OTEL_ATTRIBUTE_COUNT_LIMIT</code>.
        </p>
      )}
    </>
  );
}

function AttributeRow({ attribute }: { readonly attribute: Attribute }) {
  const { key, value } = attribute;
  const structured = value.type === 'array' || value.type === 'kvlist';
  const shownKey = visibleLine(key);
  return (
    <tr>
      <th scope="row">{shownKey}</th>
      <td class={`value value-${value.type}`}>
        <div class="typed-value">
          {value.type !== 'empty' && (
            <LongText
              text={valueText(value)}
              cut={cutOf(value)}
              {...(structured ? { json: valueJson(value) } : {})}
              {...(value.type === 'string' ? { what: shownKey } : {})}
            />
          )}
          <span class="type dim">{typeName(value)}</span>
        </div>
      </td>
      <td class="actions">
        <CopyButton text={valueText(value)} what={`value of ${shownKey}`} cut={cutOf(value)} />
      </td>
    </tr>
  );
}
