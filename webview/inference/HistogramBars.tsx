import { shortNumber } from './featureWords.ts';

export interface HistogramBarsProps {
  readonly bins: readonly number[];
  readonly min: number;
  readonly max: number;
  readonly label: string;
}

const WIDTH = 240;
const HEIGHT = 56;

/** A small histogram with its ends. */
export function HistogramBars({ bins, min, max, label }: HistogramBarsProps) {
  if (bins.length === 0) return null;
  const most = Math.max(1, ...bins);
  const width = WIDTH / bins.length;
  return (
    <div class="histogram-bars">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        width={WIDTH}
        height={HEIGHT}
        role="img"
        aria-label={`${label}: from ${shortNumber(min)} to ${shortNumber(max)}`}
      >
        <title>{`${label}: from ${shortNumber(min)} to ${shortNumber(max)}`}</title>
        {bins.map((count, at) => {
          const height = count === 0 ? 0 : Math.max(1, (count / most) * (HEIGHT - 1));
          return (
            <rect
              key={at}
              class="why-a"
              x={at * width}
              y={HEIGHT - 1 - height}
              width={Math.max(1, width - 1)}
              height={height}
            />
          );
        })}
        <rect class="why-axis" x={0} y={HEIGHT - 1} width={WIDTH} height={1} />
      </svg>
      <div class="why-edges dim" style={{ width: `${WIDTH}px` }}>
        <span>{shortNumber(min)}</span>
        <span>{shortNumber(max)}</span>
      </div>
    </div>
  );
}
