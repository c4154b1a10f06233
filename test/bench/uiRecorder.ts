import type { Page } from 'playwright-core';

/** What a stretch of use looked like from inside the page; all in milliseconds. */
export interface Recorded {
  /** Between one animation frame and the next. */
  readonly frames: readonly number[];
  /** Our own code in each frame: listeners, timers' and animation callbacks. */
  readonly scripts: readonly number[];
  /** Tasks of more than 50 ms. */
  readonly longTasks: readonly number[];
  /** Frames in which a placeholder was on screen, and the most of them in a row after a scroll had come to rest. */
  readonly placeholderFrames: number;
  readonly placeholderRun: number;
}

interface Recorder {
  start(): void;
  stop(): Recorded;
  /** `painted` resolves with the time from the next click to the first frame in which each selector's text begins so. */
  clickToPaint(shown: Readonly<Record<string, string>>): void;
  painted: Promise<number>;
}

declare global {
  interface Window {
    recorder: Recorder;
  }
}

/** Runs in the page before its own scripts: times what they do. */
function install(): void {
  let script = 0;
  let depth = 0;
  const timed = <A extends unknown[]>(run: (...args: A) => unknown) =>
    function (this: unknown, ...args: A): unknown {
      if (depth > 0) return run.apply(this, args);
      depth++;
      const begin = performance.now();
      try {
        return run.apply(this, args);
      } finally {
        depth--;
        script += performance.now() - begin;
      }
    };
  const frame = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (callback) => frame(timed<[number]>(callback));
  const timer = window.setTimeout.bind(window) as (run: TimerHandler, ms?: number, ...rest: unknown[]) => number;
  window.setTimeout = ((run: TimerHandler, ms?: number, ...rest: unknown[]) =>
    timer(typeof run === 'function' ? timed(run as () => void) : run, ms, ...rest)) as typeof window.setTimeout;
  /* eslint-disable-next-line @typescript-eslint/unbound-method -- called with the target they are meant for */
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  const wrapped = new WeakMap<object, EventListener>();
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    if (typeof listener !== 'function') {
      addEventListener.call(this, type, listener, options);
      return;
    }
    const wrapper = wrapped.get(listener) ?? timed<[Event]>(listener);
    wrapped.set(listener, wrapper);
    addEventListener.call(this, type, wrapper, options);
  };
  EventTarget.prototype.removeEventListener = function (type, listener, options) {
    removeEventListener.call(this, type, (listener && wrapped.get(listener)) ?? listener, options);
  };

  let running = false;
  let frames: number[] = [];
  let scripts: number[] = [];
  let longTasks: number[] = [];
  let placeholderFrames = 0;
  let run = 0;
  let placeholderRun = 0;
  new PerformanceObserver((list) => {
    if (running) for (const entry of list.getEntries()) longTasks.push(entry.duration);
  }).observe({ entryTypes: ['longtask'] });
  const moved = (): void => {
    run = 0;
  };
  addEventListener.call(document, 'scroll', moved, { capture: true });
  let last = 0;
  const tick = (now: number): void => {
    if (!running) return;
    if (last > 0) {
      frames.push(now - last);
      scripts.push(script);
    }
    last = now;
    script = 0;
    // Of the frame before: this one is not drawn yet.
    if (document.querySelector('.wf-row.placeholder')) {
      placeholderFrames++;
      run++;
      placeholderRun = Math.max(placeholderRun, run);
    } else run = 0;
    frame(tick);
  };
  window.recorder = {
    start: () => {
      [frames, scripts, longTasks] = [[], [], []];
      [placeholderFrames, run, placeholderRun, last, script] = [0, 0, 0, 0, 0];
      running = true;
      frame(tick);
    },
    stop: () => {
      running = false;
      return { frames, scripts, longTasks, placeholderFrames, placeholderRun };
    },
    painted: Promise.resolve(0),
    clickToPaint: (shown) => {
      const isShown = (): boolean =>
        Object.entries(shown).every(([selector, text]) =>
          document.querySelector(selector)?.textContent.startsWith(text),
        );
      window.recorder.painted = new Promise((resolve) => {
        const clicked = (event: Event): void => {
          removeEventListener.call(document, 'click', clicked, { capture: true });
          const begin = event.timeStamp;
          const look = (): void => {
            // Drawn in this frame at the latest: its end is the next task.
            if (isShown()) frame(() => timer(() => resolve(performance.now() - begin)));
            else frame(look);
          };
          look();
        };
        addEventListener.call(document, 'click', clicked, { capture: true });
      });
    },
  };
}

/** Has the pages of a browser context record themselves. */
export function recordsItself(page: Page): Promise<void> {
  return page.addInitScript(install) as unknown as Promise<void>;
}

/** Records while `act` runs, and 300 ms of what it set off. */
export async function recorded(page: Page, act: () => Promise<void>): Promise<Recorded> {
  await page.evaluate(() => window.recorder.start());
  await act();
  await page.waitForTimeout(300);
  return page.evaluate(() => window.recorder.stop());
}
