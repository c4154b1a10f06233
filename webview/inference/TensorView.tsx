import { useEffect, useRef, useState } from 'preact/hooks';
import type { TensorImage } from '../../src/core/features/tensorFacts.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { FeatureHead } from '../../src/protocol/featureApi.ts';
import { formatCount } from '../text/formatCount.ts';
import { FeatureTable, type FeatureTableProps } from './FeatureTable.tsx';
import { dimensionText, incompleteText, percent, shapeText, shortNumber } from './featureWords.ts';
import { HistogramBars } from './HistogramBars.tsx';
import { NumberLine } from './NumberLine.tsx';
import type { NumbersModel } from './numbersModel.ts';

/** Facts that a tensor is compared by when it is not by position. */
const FACT_ROWS = 6;

/** A tensor or an embedding: what it is, how its numbers spread, its picture, and its facts beside what is usual. */
export function TensorView(props: FeatureTableProps) {
  const { head, value } = props.placed;
  const { tensor } = head;
  if (!tensor) return null;
  const { facts } = tensor;
  const isEmbedding = head.form === 'embedding';
  const isByPosition = !isEmbedding && (head.features !== FACT_ROWS || tensor.shape.at(-1) === FACT_ROWS);
  const note = incompleteText(head);
  return (
    <div class="tensor">
      <TensorFactsLine head={head} />
      <div class="tensor-pictures">
        {isEmbedding ? (
          <NumberLine
            values={tensor.preview}
            label={`The vector's ${formatCount(facts.count, 'number', 'numbers')} in order`}
          />
        ) : (
          <HistogramBars bins={facts.bins} min={facts.min ?? 0} max={facts.max ?? 0} label="How the numbers spread" />
        )}
        {tensor.hasImage && <TensorPicture model={props.model} value={value} />}
      </div>
      {isByPosition || props.call.against !== 'none' ? (
        <FeatureTable {...props} />
      ) : (
        note !== '' && <p class="dim item-note">{note}</p>
      )}
    </div>
  );
}

function TensorFactsLine({ head }: { readonly head: FeatureHead }) {
  const { tensor, form } = head;
  if (!tensor) return null;
  const { dtype, device, shape, facts } = tensor;
  const share = (part: number): string =>
    `${part.toLocaleString('en-US')} (${percent(part / Math.max(1, facts.count))})`;
  const all: readonly (readonly [string, string, boolean?])[] = [
    ...(form === 'embedding'
      ? ([
          ['dimension', dimensionText(head)],
          ['norm', shortNumber(facts.norm)],
          ...(shape.length > 1 ? [['vectors', String(shape[0] ?? 0)] as const] : []),
        ] as const)
      : ([['shape', shapeText(head)]] as const)),
    ['type', dtype],
    ['device', device],
    ['min', shortNumber(facts.min)],
    ['max', shortNumber(facts.max)],
    ['mean', shortNumber(facts.mean)],
    ['std', shortNumber(facts.std)],
    ['NaN', facts.nans === 0 ? '' : share(facts.nans), true],
    ['infinite', facts.infinities === 0 ? '' : share(facts.infinities), true],
    ['zero', facts.zeros === 0 ? '' : share(facts.zeros)],
  ];
  return (
    <dl class="facts">
      {all.map(
        ([label, text, isBad]) =>
          text !== '' && (
            <div key={label}>
              <dt>{label}</dt>
              <dd class={isBad === true ? 'is-warning' : ''}>{visibleLine(text)}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

/** The picture in an image-shaped tensor; of a batch one after the other. */
function TensorPicture({ model, value }: { readonly model: NumbersModel; readonly value: number }) {
  const [index, setIndex] = useState(0);
  const [image, setImage] = useState<TensorImage | undefined>(undefined);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let isWanted = true;
    model.image(value, index)?.then(
      (read) => {
        if (isWanted) setImage(read);
      },
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [model, value, index]);
  useEffect(() => {
    if (image)
      canvas.current?.getContext('2d')?.putImageData(new ImageData(image.pixels, image.width, image.height), 0, 0);
  }, [image]);
  if (!image) return null;
  const grown = Math.max(1, Math.floor(160 / Math.max(image.width, image.height)));
  return (
    <figure class="tensor-picture">
      <canvas
        ref={canvas}
        width={image.width}
        height={image.height}
        role="img"
        aria-label={`Picture of the tensor, ${image.width} by ${image.height} pixels`}
        style={{ width: `${image.width * grown}px`, height: `${image.height * grown}px` }}
      />
      <figcaption class="dim">
        {image.layout}, light is {image.scale}
        {image.images > 1 && (
          <select
            class="text-input"
            aria-label="Image of the batch"
            value={String(index)}
            onChange={(event) => setIndex(Number(event.currentTarget.value))}
          >
            {Array.from({ length: Math.min(500, image.images) }, (_, at) => (
              <option key={at} value={String(at)}>
                {at + 1} of {image.images}
              </option>
            ))}
          </select>
        )}
      </figcaption>
    </figure>
  );
}
