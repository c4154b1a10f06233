import type { ModelCall } from '../../src/core/model/modelCall.ts';
import type { SpanRef } from '../../src/core/model/span.ts';
import { spanOfRow } from '../../src/protocol/rowApi.ts';
import type { StepLine, StepPage, StepRow } from '../../src/protocol/stepsApi.ts';
import { LiveAnswer } from '../around/liveAnswer.ts';
import type { AroundDeps } from '../around/statisticsModel.ts';
import { Store } from '../state/store.ts';
import { OpenSteps, type InsideRow } from './openSteps.ts';
import { StepLayout, type LaidRow } from './stepLayout.ts';

/** Rows fetched above and below those in sight. */
const AROUND = 40;
const MOST_ROWS = 150;

export interface StepsDeps extends AroundDeps {
  readonly openSource: (toSide: boolean) => void;
  /** Turns the details to what went in or came out. */
  readonly showSide: (side: 'inputs' | 'outputs') => void;
}

/** The row the keyboard is on. */
export interface ActiveStep {
  readonly id: string;
  /** -1 for the step itself. */
  readonly item: number;
}

/** Steps of the open trace: the window of rows in sight, what is open, and where the keyboard is. */
export class StepsModel {
  readonly live = new LiveAnswer<StepPage>();
  readonly active = new Store<ActiveStep | undefined>(undefined);
  readonly layout = new Store(new StepLayout(0, []));
  /** Row to be brought into sight; the view sets it back. */
  readonly wanted = new Store<LaidRow | undefined>(undefined);
  /** Told before rows above move: how many units what is looked at moved by. */
  onMoved: ((units: number) => void) | undefined;
  readonly #deps: StepsDeps;
  readonly #open: OpenSteps;
  #stops: (() => void)[] = [];
  #viewId: number | undefined;
  #revision = -1;
  #first = 0;
  #last = 40;
  #top = '';
  /** Span that this view chose itself. */
  #chosen = '';
  #following = 0;

  constructor(deps: StepsDeps) {
    this.#deps = deps;
    this.#open = new OpenSteps({
      host: deps.host,
      viewId: () => this.#viewId,
      onChange: (opened) => {
        this.#layOut();
        if (opened !== undefined) this.#bringInside(opened);
      },
      onFailed: (error) => deps.tell(error instanceof Error ? error.message : String(error)),
    });
    this.live.answer.subscribe(() => this.#answered());
  }

  /** Follows the open trace until {@link hide}. */
  show(): void {
    const { waterfall } = this.#deps;
    this.#stops = [
      waterfall.info.subscribe(() => this.#traceChanged()),
      waterfall.selected.subscribe(() => void this.#followSelection()),
    ];
    this.#traceChanged();
    void this.#followSelection();
  }

  hide(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  /** Log records came, of whatever trace: they may hold what a call was given. */
  refreshSoon(): void {
    if (this.#stops.length > 0 && this.#viewId !== undefined) this.live.askAgain(() => this.#request());
  }

  /** Units in sight. */
  setWindow(first: number, last: number): void {
    const layout = this.layout.value;
    this.#first = layout.at(first)?.place ?? 0;
    this.#last = layout.at(Math.min(last, layout.units - 1))?.place ?? this.#first + 40;
    this.#top = this.rowAt(this.#first)?.id ?? '';
    const page = this.live.answer.value;
    const isHere =
      page && this.#first >= page.from && Math.min(this.#last + 1, page.total) <= page.from + page.rows.length;
    if (!isHere) this.#ask();
  }

  rowAt(place: number): StepRow | undefined {
    const page = this.live.answer.value;
    return page?.rows[place - page.from];
  }

  /** What is below a step, when it is open. */
  insideOf(id: string): readonly InsideRow[] | undefined {
    return this.#open.get(id)?.rows;
  }

  /** How many messages of a stretch that stood before are shown. */
  unfoldedOf(id: string, line: StepLine): number {
    return this.#open.unfoldedOf(id, line);
  }

  isOpen(id: string): boolean {
    return this.#open.has(id);
  }

  get anyOpen(): boolean {
    return this.#open.ids.length > 0;
  }

  get activeRow(): LaidRow | undefined {
    const active = this.active.value;
    const place = active && this.#placeOf(active.id);
    return place === undefined ? undefined : this.layout.value.inside(place, active?.item ?? -1);
  }

  /** Puts the keyboard on a row, and shows its span in the other views. */
  activate({ place, item }: Pick<LaidRow, 'place' | 'item'>): void {
    const row = this.rowAt(place);
    if (!row) {
      // On its way: scrolled to first.
      this.wanted.set(this.layout.value.step(place));
      return;
    }
    this.active.set({ id: row.id, item });
    this.wanted.set(this.layout.value.inside(place, item));
    const inside = item < 0 ? undefined : this.#open.get(row.id)?.rows[item];
    if (inside && inside.line.side !== '') this.#deps.showSide(inside.line.side);
    this.#select(row);
  }

  move(to: 'next' | 'previous' | 'first' | 'last' | number): void {
    const layout = this.layout.value;
    const here = this.activeRow;
    let row: LaidRow | undefined;
    if (to === 'first' || !here) row = layout.step(0);
    else if (to === 'last') row = layout.at(layout.units - 1);
    else if (to === 'next') row = layout.next(here);
    else if (to === 'previous') row = layout.previous(here);
    else row = layout.at(Math.min(Math.max(0, here.unit + to), layout.units - 1));
    if (row) this.activate(row);
  }

  /** Opens the row the keyboard is on, or goes to its first line. */
  openOrEnter(): void {
    const row = this.activeRow;
    const active = this.active.value;
    if (!row || !active) return;
    if (row.item < 0) {
      if (!this.#open.has(active.id)) void this.toggle(active.id);
      else this.activate({ place: row.place, item: 0 });
      return;
    }
    const inside = this.#open.get(active.id)?.rows[row.item];
    if (inside?.kind === 'line' && inside.expanded === false) void this.toggleLine(active.id, row.item);
  }

  /** Closes the row the keyboard is on, or goes to the one it is in. */
  closeOrLeave(): void {
    const row = this.activeRow;
    const active = this.active.value;
    if (!row || !active) return;
    if (row.item < 0) {
      if (this.#open.has(active.id)) void this.toggle(active.id);
      return;
    }
    const rows = this.#open.get(active.id)?.rows ?? [];
    const inside = rows[row.item];
    if (inside?.kind === 'line' && inside.expanded === true) {
      void this.toggleLine(active.id, row.item);
      return;
    }
    const level = inside?.kind === 'block' ? 4 : (inside?.line.level ?? 2);
    let up = row.item - 1;
    while (up >= 0) {
      const above = rows[up];
      if (above?.kind === 'line' && above.line.level < level) break;
      up--;
    }
    this.activate({ place: row.place, item: up });
  }

  toggleActive(): void {
    const active = this.active.value;
    if (!active) return;
    if (active.item < 0) void this.toggle(active.id);
    else void this.toggleLine(active.id, active.item);
  }

  /** Opens or closes a step. */
  async toggle(id: string): Promise<void> {
    const place = this.#placeOf(id);
    if (this.#open.close(id)) {
      if (this.active.value?.id === id) this.active.set({ id, item: -1 });
      this.#layOut();
    } else if (place !== undefined) await this.#open.open(id, place);
  }

  closeAll(): void {
    this.#open.closeAll();
    const active = this.active.value;
    if (active) this.active.set({ ...active, item: -1 });
    this.#layOut();
  }

  /** Opens or closes a line of a step. */
  toggleLine(id: string, item: number): Promise<void> {
    return this.#open.toggleLine(id, item);
  }

  /** Shows more of a long stretch of folded messages. */
  showMore(id: string, line: StepLine): Promise<void> {
    return this.#open.showMore(id, line);
  }

  /** Opens the source of the active step. */
  async openActive(toSide: boolean): Promise<void> {
    const place = this.activeRow?.place;
    const row = place === undefined ? undefined : this.rowAt(place);
    if (!row) return;
    await this.#deps.waterfall.reveal(row.spanId);
    this.#deps.openSource(toSide);
  }

  /** Goes to the step that a line leads to. */
  goTo(place: number): void {
    const row = this.layout.value.step(place);
    if (!row) return;
    this.wanted.set(row);
    void this.#activateWhenHere(place);
  }

  nextError(forward: boolean): void {
    const page = this.live.answer.value;
    const here = this.activeRow?.place ?? -1;
    const found = forward
      ? page?.errorPlaces.find((place) => place > here)
      : page?.errorPlaces.findLast((place) => place < here);
    if (found === undefined) this.#deps.tell(forward ? 'No further step failed.' : 'No earlier step failed.');
    else this.goTo(found);
  }

  refOf(row: StepRow): SpanRef | undefined {
    const traceId = this.#deps.waterfall.info.value?.summary.traceId;
    return traceId === undefined ? undefined : { traceId, spanId: row.spanId };
  }

  /** The call of a span, whole but for values that are paged. */
  async readCall(ref: SpanRef): Promise<ModelCall | null> {
    return (await this.#deps.host.request('span/model', ref)).call;
  }

  #select(row: StepRow): void {
    if (spanOfRow(this.#deps.waterfall.selected.value) === row.spanId) return;
    this.#chosen = row.spanId;
    void this.#deps.waterfall.reveal(row.spanId);
  }

  /** The step of the span that was selected elsewhere. */
  async #followSelection(): Promise<void> {
    const spanId = spanOfRow(this.#deps.waterfall.selected.value);
    const viewId = this.#viewId;
    if (spanId === '' || viewId === undefined || spanId === this.#chosen) return;
    this.#chosen = '';
    const serial = ++this.#following;
    try {
      const { place } = await this.#deps.host.request('steps/place', { viewId, spanId });
      if (serial !== this.#following || place < 0) return;
      const active = this.activeRow;
      if (active?.place === place) return;
      await this.#activateWhenHere(place, false);
    } catch {
      // A newer trace, or selection, asks for itself.
    }
  }

  /** Puts the keyboard on a step as soon as its row is here. */
  async #activateWhenHere(place: number, select = true): Promise<void> {
    const viewId = this.#viewId;
    let row = this.rowAt(place);
    if (!row) {
      this.#first = this.#last = place;
      this.#ask();
      row = await new Promise<StepRow | undefined>((resolve) => {
        const stop = this.live.answer.subscribe(() => {
          if (this.#viewId === viewId && !this.rowAt(place) && this.live.answer.value) return;
          stop();
          resolve(this.#viewId === viewId ? this.rowAt(place) : undefined);
        });
      });
    }
    if (!row) return;
    this.active.set({ id: row.id, item: -1 });
    this.wanted.set(this.layout.value.step(place));
    if (select) this.#select(row);
  }

  /** Shows what was opened, with the step itself above it. */
  #bringInside(id: string): void {
    const open = this.#open.get(id);
    const { value } = this.layout;
    const step = open && value.step(open.place);
    const last = open && value.inside(open.place, open.rows.length - 1);
    if (!step || !last) return;
    this.wanted.set({ ...step, units: last.unit + last.units - step.unit });
  }

  #placeOf(id: string): number | undefined {
    const open = this.#open.get(id);
    if (open) return open.place;
    const page = this.live.answer.value;
    const at = page?.rows.findIndex((row) => row.id === id) ?? -1;
    if (page && at >= 0) return page.from + at;
    const known = this.#asked.indexOf(id);
    const place = known < 0 ? undefined : page?.places[known];
    return place === undefined || place < 0 ? undefined : place;
  }

  /** Ids whose places the answer has. */
  #asked: readonly string[] = [];
  #asking: readonly string[] = [];

  #answered(): void {
    const page = this.live.answer.value;
    if (!page) {
      this.#layOut();
      return;
    }
    this.#asked = this.#asking;
    const top = this.#asked.indexOf(this.#top);
    const before = this.layout.value.step(this.#first)?.unit ?? 0;
    const movedTo = top < 0 ? -1 : (page.places[top] ?? -1);
    this.#asked.forEach((id, at) => {
      const open = this.#open.get(id);
      const place = page.places[at] ?? -1;
      if (!open) return;
      if (place < 0) this.#open.close(id);
      else open.place = place;
    });
    this.#layOut();
    if (movedTo >= 0 && movedTo !== this.#first && page.revision !== this.#revision) {
      this.onMoved?.((this.layout.value.step(movedTo)?.unit ?? before) - before);
    }
    if (page.revision !== this.#revision) {
      this.#revision = page.revision;
      this.#open.refresh();
    }
  }

  #layOut(): void {
    this.layout.set(new StepLayout(this.live.answer.value?.total ?? 0, this.#open.laidOut()));
  }

  #traceChanged(): void {
    const viewId = this.#deps.waterfall.info.value?.viewId;
    if (viewId === this.#viewId && this.live.answer.value) {
      this.refreshSoon();
      return;
    }
    this.#viewId = viewId;
    this.#revision = -1;
    this.#first = 0;
    this.#last = 40;
    this.#top = '';
    this.#chosen = '';
    this.#open.closeAll();
    this.active.set(undefined);
    this.live.clear();
    this.#ask();
  }

  #ask(): void {
    if (this.#viewId !== undefined) this.live.ask(() => this.#request());
  }

  #request(): Promise<StepPage> {
    const from = Math.max(0, this.#first - AROUND);
    const active = this.active.value;
    this.#asking = [...this.#open.ids, ...(this.#top === '' ? [] : [this.#top]), ...(active ? [active.id] : [])];
    return this.#deps.host.request('steps/list', {
      viewId: this.#viewId ?? 0,
      from,
      count: Math.min(MOST_ROWS, this.#last + AROUND - from + 1),
      ids: this.#asking,
    });
  }
}
