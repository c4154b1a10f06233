import type { CallFigures, CallGroup } from '../protocol/insightApi.ts';
import type { PlacedKind } from './insightPlaces.ts';
import { shiftLine, touchesLines, type TextEdit } from './lineShift.ts';

/** The calls of one name at one place. Lines from 0, as the document stands now. */
export interface Insight {
  /** Stays the same while the function has its name. */
  readonly key: string;
  readonly name: string;
  /** Where the span is made. */
  readonly line: number;
  /** First and last line of the function around it; both are `line` outside of functions. */
  readonly firstLine: number;
  readonly lastLine: number;
  readonly functionName: string;
  /** `call`: the function is left here. */
  readonly role: 'own' | 'call';
  /** Spans around these come from the same line and say more. */
  readonly inner: boolean;
  readonly kinds: readonly PlacedKind[];
  readonly figures: CallFigures;
  /** The calls are of other code than what stands there now. */
  readonly stale: boolean;
}

interface Place {
  readonly key: string;
  readonly name: string;
  readonly functionName: string;
  readonly kinds: PlacedKind[];
  line: number;
  firstLine: number;
  lastLine: number;
}

/** What a function's own spans say comes first, then what leaves it; each in order of lines. */
export function ownFirst(insights: readonly Insight[]): readonly Insight[] {
  const rank = ({ role, inner }: Insight): number => (role === 'own' ? 0 : 2) + (inner ? 1 : 0);
  return [...insights].sort((a, b) => rank(a) - rank(b) || a.line - b.line);
}

/**
 * What is known of one open file: places, kept where they belong while the text is edited, their figures, and which were
 * edited when. Places come from the file as the code index read it; edits that it has not seen yet move them. Edits are
 * numbered: what the index has seen is told by number, so that one of after it was asked is never taken for seen.
 */
export class FileInsights {
  /** When the file was written last before it was first looked at: what was called before that may be other code. */
  readonly #writtenMs: number;
  /** Tells the text that was the file's last from others. */
  #savedText: string;
  #source: readonly PlacedKind[] = [];
  #places: Place[] = [];
  #figures = new Map<string, CallFigures | null>();
  /** Edits that the code index has not seen, in order; the first of them is number `#seen`. */
  #edits: TextEdit[] = [];
  #seen = 0;
  #saved = 0;
  #read = 0;
  /** By key: when it was saved, or `open` before that. */
  readonly #edited = new Map<string, number | 'open'>();

  /** `savedText`: tells the text of now, which is the file's, from others; empty for one that was edited. */
  constructor(writtenMs: number, savedText: string) {
    this.#writtenMs = writtenMs;
    this.#savedText = savedText;
  }

  /** How many edits the file on disk has in it. */
  get savedEdits(): number {
    return this.#saved;
  }

  /** How many edits the code index had in it when it last told what it read: for {@link FileInsights.place}, from before it is asked. */
  get readEdits(): number {
    return this.#read;
  }

  /** The code index has read the file again since `edits` of its edits were saved. */
  wasRead(edits: number): void {
    this.#read = Math.max(this.#read, edits);
  }

  /** Takes places as the code index had them when it had seen `readEdits` edits. */
  place(kinds: readonly PlacedKind[], readEdits: number): void {
    if (readEdits > this.#seen) {
      this.#edits.splice(0, readEdits - this.#seen);
      this.#seen = readEdits;
    }
    this.#source = kinds;
    this.#lay();
  }

  #lay(): void {
    const places = new Map<string, Place>();
    const sorted = [...this.#source].sort((a, b) => a.place.line - b.place.line || a.id - b.id);
    const names = new Map<string, number>();
    for (const kind of sorted) {
      const { line, functionName, functionLine, functionEndLine } = kind.place;
      const at = `${String(line)}\n${kind.name}`;
      const known = places.get(at);
      if (known) {
        known.kinds.push(kind);
        continue;
      }
      const named = `${functionName}\n${kind.name}`;
      const count = (names.get(named) ?? 0) + 1;
      names.set(named, count);
      const [first, last] = functionLine > 0 ? [functionLine, functionEndLine] : [line, line];
      places.set(at, {
        key: `${named}\n${String(count)}`,
        name: kind.name,
        functionName,
        kinds: [kind],
        line: line - 1,
        firstLine: first - 1,
        lastLine: last - 1,
      });
    }
    this.#places = [...places.values()];
    for (const edit of this.#edits) this.#move(edit);
  }

  /** An edit of the text; edits of one change come last line first, as the editor tells them. */
  edit(edit: TextEdit): void {
    for (const { key, firstLine, lastLine, line } of this.#places) {
      // A decorator or a comment above belongs to no function; the line that makes the span does.
      if (touchesLines(Math.min(firstLine, line), lastLine, edit)) this.#edited.set(key, 'open');
    }
    this.#edits.push(edit);
    this.#move(edit);
  }

  /**
   * The text, told from others by `text`, is the file's again: true when edits were taken back, false when it is another than
   * was seen last, saved here or written by another program.
   */
  isUndone(text: string): boolean {
    if (text !== this.#savedText) return false;
    for (const [key, at] of this.#edited) if (at === 'open') this.#edited.delete(key);
    this.#edits.length = Math.max(0, this.#saved - this.#seen);
    this.#lay();
    return true;
  }

  /** The text of now is the file's since `nowMs`, or what {@link FileInsights.written} tells later. */
  saved(text: string, nowMs: number): void {
    this.#savedText = text;
    this.#saved = this.#seen + this.#edits.length;
    for (const [key, at] of this.#edited) if (at === 'open') this.#edited.set(key, nowMs);
  }

  /** When what was saved at `savedMs` was written, by the file. */
  written(savedMs: number, writtenMs: number): void {
    for (const [key, at] of this.#edited) if (at === savedMs) this.#edited.set(key, writtenMs);
  }

  /** What to ask the engine for; answers are given to {@link takeFigures} in the same order. */
  groups(nowMs: number): readonly CallGroup[] {
    return this.#places.map(({ key, kinds }) => ({
      ids: kinds.map(({ id }) => id),
      editedMs: this.#editedMs(key, nowMs),
    }));
  }

  /** `keys`: of the groups asked for. */
  takeFigures(keys: readonly string[], figures: readonly (CallFigures | null)[]): void {
    this.#figures = new Map(keys.map((key, index) => [key, figures[index] ?? null]));
  }

  get keys(): readonly string[] {
    return this.#places.map(({ key }) => key);
  }

  /** In order of lines; those that have figures. */
  get insights(): readonly Insight[] {
    return this.#places.flatMap((place): readonly Insight[] => {
      const figures = this.#figures.get(place.key);
      if (!figures) return [];
      const stale = figures.state === 'edited' || this.#edited.get(place.key) === 'open';
      const role = place.kinds.some((kind) => kind.place.role === 'own') ? 'own' : 'call';
      const inner = place.kinds.every((kind) => kind.place.inner);
      return [{ ...place, role, inner, kinds: [...place.kinds], figures, stale }];
    });
  }

  #editedMs(key: string, nowMs: number): number {
    const at = this.#edited.get(key);
    return at === 'open' ? nowMs : Math.round(at ?? this.#writtenMs);
  }

  #move(edit: TextEdit): void {
    for (const place of this.#places) {
      place.line = shiftLine(place.line, edit);
      place.firstLine = shiftLine(place.firstLine, edit);
      place.lastLine = Math.max(place.firstLine, shiftLine(place.lastLine, edit));
    }
  }
}
