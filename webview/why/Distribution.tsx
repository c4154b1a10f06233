import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { ComparedAttribute } from '../../src/protocol/compareApi.ts';
import { numberText } from './whyModel.ts';

const WIDTH = 160;
const HALF = 14;

/** How an attribute's values stand in both sets: A above, B below, each scaled to its own number of traces. */
export function Distribution({ attribute }: { readonly attribute: ComparedAttribute }) {
  const countA = Math.max(1, attribute.presentA + attribute.missingA);
  const countB = Math.max(1, attribute.presentB + attribute.missingB);
  if (attribute.kind === 'text') {
    return (
      <div class="why-values">
        {attribute.values.slice(0, 4).map(({ text, a, b }, index) => (
          <div key={index} class="why-value">
            <span class="why-value-text" title={visibleLine(text)}>
              {text === '' ? '(values seen once)' : visibleLine(text)}
            </span>
            <Share className="why-a" share={a / countA} />
            <Share className="why-b" share={b / countB} />
          </div>
        ))}
      </div>
    );
  }
  const { binsA, binsB, edges } = attribute;
  const bins = binsA.length;
  const most = Math.max(1e-9, ...binsA.map((n) => n / countA), ...binsB.map((n) => n / countB));
  const width = WIDTH / Math.max(1, bins);
  const bar = (count: number, of: number): number => (count === 0 ? 0 : Math.max(1, (count / of / most) * HALF));
  return (
    <div class="why-numbers">
      <svg width={WIDTH} height={2 * HALF + 1} role="img" aria-label="Distribution of the values, A above, B below">
        {binsA.map((count, bin) => (
          <rect
            key={`a${bin}`}
            class="why-a"
            x={bin * width}
            y={HALF - bar(count, countA)}
            width={Math.max(1, width - 1)}
            height={bar(count, countA)}
          />
        ))}
        <rect class="why-axis" x={0} y={HALF} width={WIDTH} height={1} />
        {binsB.map((count, bin) => (
          <rect
            key={`b${bin}`}
            class="why-b"
            x={bin * width}
            y={HALF + 1}
            width={Math.max(1, width - 1)}
            height={bar(count, countB)}
          />
        ))}
      </svg>
      <div class="why-edges dim">
        <span>{numberText(edges[0] ?? 0)}</span>
        <span>{numberText(edges.at(-1) ?? 0)}</span>
      </div>
    </div>
  );
}

function Share({ className, share }: { readonly className: string; readonly share: number }) {
  return (
    <span class="why-share" title={`${(share * 100).toFixed(1)} % of the traces`}>
      <span class={`why-share-bar ${className}`} style={{ width: `${Math.round(share * 48)}px` }} aria-hidden="true" />
      {Math.round(share * 100)} %
    </span>
  );
}
