import { useEffect, useRef, useState } from 'preact/hooks';
import type { Distribution } from '../../src/protocol/distributionApi.ts';
import { useRoom } from '../ui/useRoom.ts';
import { groupName, measuredText } from './distributionWords.ts';

export interface HistogramProps {
  readonly answer: Distribution;
  /** Places of the groups that are drawn. */
  readonly shown: readonly number[];
  readonly range: readonly [number, number] | undefined;
  readonly onRange: (range: readonly [number, number] | undefined) => void;
  readonly onFilter: () => void;
}

const HEIGHT = 180;
const AXIS_PX = 20;
const TICK_PX = 90;

/** Bars of each group side by side within a bin, each scaled to its own number of calls; a range of bins is marked by dragging or by keys. */
export function Histogram({ answer, shown, range, onRange, onFilter }: HistogramProps) {
  const { edges, groups, unit } = answer;
  const holder = useRef<HTMLDivElement>(null);
  const { width } = useRoom(holder, { width: 600, height: HEIGHT });
  const [anchor, setAnchor] = useState<number | undefined>(undefined);
  const bins = Math.max(0, edges.length - 1);
  useEffect(() => onRange(undefined), [answer]);
  if (bins === 0) return null;
  const binWidth = width / bins;
  const drawn = shown.flatMap((index) => {
    const group = groups[index];
    return group && group.measured > 0 ? [{ index, group }] : [];
  });
  const shares = drawn.map(({ group }) => Array.from(group.bins, (count) => count / group.measured));
  const most = Math.max(1e-9, ...shares.flat());
  const barWidth = Math.max(1, (binWidth - 1) / Math.max(1, drawn.length));
  const binAt = (clientX: number): number => {
    const left = holder.current?.getBoundingClientRect().left ?? 0;
    return Math.min(bins - 1, Math.max(0, Math.floor((clientX - left) / binWidth)));
  };
  const ordered = (a: number, b: number): readonly [number, number] => [Math.min(a, b), Math.max(a, b)];
  const each = Math.max(1, Math.ceil(TICK_PX / binWidth));
  const [from, to] = range ?? [0, 0];
  const rangeText = range ? `${measuredText(edges[from] ?? 0, unit)} to ${measuredText(edges[to + 1] ?? 0, unit)}` : '';
  return (
    <div
      class="histogram"
      ref={holder}
      role="slider"
      tabIndex={0}
      aria-label="Range of the histogram: arrows move it, Shift widens it, Enter filters by it"
      aria-valuemin={0}
      aria-valuemax={bins - 1}
      aria-valuenow={to}
      aria-valuetext={range ? rangeText : 'no range'}
      title={range ? `${rangeText}\nEnter adds it to the filter` : 'Drag over a range to filter by it'}
      style={{ height: `${HEIGHT + AXIS_PX}px` }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const bin = binAt(event.clientX);
        setAnchor(bin);
        onRange([bin, bin]);
      }}
      onPointerMove={(event) => {
        if (anchor !== undefined) onRange(ordered(anchor, binAt(event.clientX)));
      }}
      onPointerUp={() => setAnchor(undefined)}
      onPointerCancel={() => setAnchor(undefined)}
      onKeyDown={(event) => {
        const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (step !== undefined) {
          const start = range ?? (step > 0 ? [-1, -1] : [bins, bins]);
          const clamp = (bin: number): number => Math.min(bins - 1, Math.max(0, bin));
          onRange(
            event.shiftKey
              ? ordered(clamp(start[0]), clamp(start[1] + step))
              : [clamp(start[0] + step), clamp(start[1] + step)],
          );
        } else if (event.key === 'Enter' && range) onFilter();
        else if (event.key === 'Escape' && range) onRange(undefined);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <svg width={width} height={HEIGHT + AXIS_PX} aria-hidden="true">
        {range && (
          <rect class="histogram-range" x={from * binWidth} y={0} width={(to - from + 1) * binWidth} height={HEIGHT} />
        )}
        {drawn.map(({ index, group }, place) =>
          shares[place]?.map((share, bin) =>
            share === 0 ? null : (
              <rect
                key={`${index} ${bin}`}
                class={`histogram-bar group-${index}`}
                x={bin * binWidth + place * barWidth}
                y={HEIGHT - Math.max(1, (share / most) * (HEIGHT - 8))}
                width={Math.max(1, barWidth - (barWidth > 3 ? 1 : 0))}
                height={Math.max(1, (share / most) * (HEIGHT - 8))}
              >
                <title>{`${measuredText(edges[bin] ?? 0, unit)} to ${measuredText(edges[bin + 1] ?? 0, unit)}\n${groupName(group, answer.split)}: ${(group.bins[bin] ?? 0).toLocaleString('en-US')} of ${group.measured.toLocaleString('en-US')}`}</title>
              </rect>
            ),
          ),
        )}
        <rect class="why-axis" x={0} y={HEIGHT} width={width} height={1} />
        {edges.map(
          (edge, at) =>
            at % each === 0 &&
            at * binWidth < width - 24 && (
              <text key={at} class="histogram-tick" x={at * binWidth + 2} y={HEIGHT + 14}>
                {measuredText(edge, unit)}
              </text>
            ),
        )}
      </svg>
    </div>
  );
}
