import type { LatencyPlot } from '../../src/core/list/latencyPlot.ts';

/** A point, or the middle of a cell. */
export interface PlotPoint {
  readonly timeMs: number;
  readonly durationNs: number;
}

/**
 * The point that a key goes to: the next one in time, or in duration, Home and End the first and the last in time; from
 * nowhere the last. Undefined where there is none.
 */
export function nextPoint(plot: LatencyPlot, from: PlotPoint | undefined, key: string): PlotPoint | undefined {
  let best: PlotPoint | undefined;
  const isTime = key !== 'ArrowUp' && key !== 'ArrowDown';
  const isForth = key === 'ArrowRight' || key === 'ArrowUp' || key === 'Home';
  const whole = from === undefined || key === 'Home' || key === 'End';
  const last = whole && key !== 'Home';
  for (const point of pointsOf(plot)) {
    const order = whole ? point.timeMs : compare(point, from, isTime) * (isForth ? 1 : -1);
    if (!whole && order <= 0) continue;
    if (best === undefined) best = point;
    else if (whole) best = last === point.timeMs >= best.timeMs ? point : best;
    else if (compare(point, best, isTime) * (isForth ? 1 : -1) < 0) best = point;
  }
  return best;
}

/** By the one axis, then by the other, so that each point comes once. */
function compare(a: PlotPoint, b: PlotPoint, isTime: boolean): number {
  const [time, duration] = [a.timeMs - b.timeMs, a.durationNs - b.durationNs];
  return isTime ? time || duration : duration || time;
}

function* pointsOf(plot: LatencyPlot): Iterable<PlotPoint> {
  for (let i = 0; i < plot.timeMs.length; i++) {
    yield { timeMs: plot.fromMs + (plot.timeMs[i] ?? 0), durationNs: plot.durationNs[i] ?? 0 };
  }
  const cellMs = (plot.toMs - plot.fromMs) / plot.columns;
  for (let i = 0; i < plot.cellX.length; i++) {
    yield {
      timeMs: plot.fromMs + ((plot.cellX[i] ?? 0) + 0.5) * cellMs,
      durationNs: plot.loNs * (plot.hiNs / plot.loNs) ** (((plot.cellY[i] ?? 0) + 0.5) / plot.rows),
    };
  }
}
