import { visibleText } from '../../src/core/text/visibleText.ts';

/** Where places of a text are in what is shown of it: unseen characters are longer there. */
export function shownPlaces(text: string, places: readonly number[]): ReadonlyMap<number, number> {
  const shown = new Map<number, number>();
  let [from, at] = [0, 0];
  for (const place of [...places].sort((a, b) => a - b)) {
    at += visibleText(text.slice(from, place)).length;
    from = place;
    shown.set(place, at);
  }
  return shown;
}
