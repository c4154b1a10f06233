import type { Transition } from './zoomModel.ts';

/** Long enough to see what moved where, short enough never to be waited for. */
const LENGTH_MS = 120;

/** Changes shown over a few frames; at once where the user wants less motion. */
export function frameTransition(view: Window): Transition {
  const still = view.matchMedia('(prefers-reduced-motion: reduce)');
  return (step) => {
    if (still.matches) {
      step(1);
      return () => undefined;
    }
    let frame = 0;
    const begin = view.performance.now();
    const run = (): void => {
      const part = Math.min(1, (view.performance.now() - begin) / LENGTH_MS);
      // Fast at first: the eye follows, the hand need not wait. A step of 1 ends the transition.
      if (part < 1) frame = view.requestAnimationFrame(run);
      step(1 - (1 - part) ** 3);
    };
    frame = view.requestAnimationFrame(run);
    return () => view.cancelAnimationFrame(frame);
  };
}
