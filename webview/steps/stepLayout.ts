/** What is drawn below a step: lines of one unit, and blocks of several. */
export interface OpenedRows {
  readonly place: number;
  /** Units by row. */
  readonly units: readonly number[];
}

/** One row: the step itself (`item` -1) or what is below it. */
export interface LaidRow {
  readonly place: number;
  readonly item: number;
  /** From the top, and how many it takes. */
  readonly unit: number;
  readonly units: number;
  /** Place among all rows. */
  readonly row: number;
}

/**
 * Where the rows of a list are, of which each is a unit high and some are open. Everything costs by what is open, not by the
 * length of the list.
 */
export class StepLayout {
  readonly total: number;
  /** By place. */
  readonly #opened: readonly (OpenedRows & {
    readonly sum: number;
    readonly unitsBefore: number;
    readonly rowsBefore: number;
  })[];
  readonly units: number;
  readonly rows: number;

  constructor(total: number, opened: readonly OpenedRows[]) {
    let [unitsBefore, rowsBefore] = [0, 0];
    this.total = total;
    this.#opened = opened
      .filter(({ place, units }) => place >= 0 && place < total && units.length > 0)
      .toSorted((a, b) => a.place - b.place)
      .map((one) => {
        const sum = one.units.reduce((all, units) => all + units, 0);
        const laid = { ...one, sum, unitsBefore, rowsBefore };
        unitsBefore += sum;
        rowsBefore += one.units.length;
        return laid;
      });
    this.units = total + unitsBefore;
    this.rows = total + rowsBefore;
  }

  /** The rows that have some of the units from `from` to `to`. */
  between(from: number, to: number): readonly LaidRow[] {
    const rows: LaidRow[] = [];
    for (let row = this.at(Math.max(0, from)); row && row.unit < to; row = this.next(row)) rows.push(row);
    return rows;
  }

  /** The row at a unit. */
  at(unit: number): LaidRow | undefined {
    if (unit < 0 || unit >= this.units) return undefined;
    const last = this.#opened.findLast(({ place, unitsBefore }) => place + unitsBefore <= unit);
    if (!last) return this.step(unit);
    const inside = unit - (last.place + last.unitsBefore) - 1;
    if (inside < 0) return this.step(last.place);
    if (inside >= last.sum) return this.step(last.place + 1 + inside - last.sum);
    let item = 0;
    for (let left = inside; left >= (last.units[item] ?? 1); item++) left -= last.units[item] ?? 1;
    return this.inside(last.place, item);
  }

  /** The row of a step. */
  step(place: number): LaidRow | undefined {
    if (place < 0 || place >= this.total) return undefined;
    const before = this.#opened.findLast((one) => one.place < place);
    const units = before ? before.unitsBefore + before.sum : 0;
    const rows = before ? before.rowsBefore + before.units.length : 0;
    return { place, item: -1, unit: place + units, units: 1, row: place + rows };
  }

  /** A row below a step; of one that is no more the step's own. */
  inside(place: number, item: number): LaidRow | undefined {
    const step = this.step(place);
    const units = this.#opened.find((one) => one.place === place)?.units;
    const own = units?.[item];
    if (!step || !units || own === undefined) return step;
    const above = units.slice(0, item).reduce((sum, each) => sum + each, 0);
    return { place, item, unit: step.unit + 1 + above, units: own, row: step.row + 1 + item };
  }

  next({ place, item }: Pick<LaidRow, 'place' | 'item'>): LaidRow | undefined {
    const inside = this.#opened.find((one) => one.place === place)?.units.length ?? 0;
    return item + 1 < inside ? this.inside(place, item + 1) : this.step(place + 1);
  }

  previous({ place, item }: Pick<LaidRow, 'place' | 'item'>): LaidRow | undefined {
    if (item > 0) return this.inside(place, item - 1);
    if (item === 0) return this.step(place);
    const inside = this.#opened.find((one) => one.place === place - 1)?.units.length ?? 0;
    return inside > 0 ? this.inside(place - 1, inside - 1) : this.step(place - 1);
  }
}
