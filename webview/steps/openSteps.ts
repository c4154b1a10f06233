import type { StepLine } from '../../src/protocol/stepsApi.ts';
import type { Host } from '../protocol/host.ts';
import type { OpenedRows } from './stepLayout.ts';

/** Lines of one stretch of folded messages that are opened at a time. */
const LINES = 300;
/** Units a whole message takes: as many as its text may need, within these. */
const LEAST_BLOCK = 4;
const MOST_BLOCK = 14;
const CHARS_PER_UNIT = 90;
/** Steps that can be open at one time; the one opened longest ago is closed. */
const MOST_OPEN = 40;

/** A row below a step: a line, or the whole message of the line above. */
export type InsideRow =
  | { readonly kind: 'line'; readonly line: StepLine; readonly key: string; readonly expanded: boolean | undefined }
  | { readonly kind: 'block'; readonly line: StepLine; readonly key: string; readonly units: number };

interface OpenStep {
  place: number;
  lines: readonly StepLine[] | undefined;
  /** Messages of stretches that stood in the call before, by their first message. */
  readonly unfolded: Map<number, readonly StepLine[]>;
  /** Keys of lines whose whole message is shown. */
  readonly blocks: Set<string>;
  rows: readonly InsideRow[];
}

export interface OpenStepsDeps {
  readonly host: Pick<Host, 'request'>;
  readonly viewId: () => number | undefined;
  /** Rows came or went; `opened` is the step whose lines came for the first time. */
  readonly onChange: (opened?: string) => void;
  readonly onFailed: (error: unknown) => void;
}

/** What is open of the steps, and fetches what is inside. */
export class OpenSteps {
  readonly #deps: OpenStepsDeps;
  /** In the order in which they were opened. */
  readonly #open = new Map<string, OpenStep>();

  constructor(deps: OpenStepsDeps) {
    this.#deps = deps;
  }

  get ids(): readonly string[] {
    return [...this.#open.keys()];
  }

  get(id: string): OpenStep | undefined {
    return this.#open.get(id);
  }

  has(id: string): boolean {
    return this.#open.has(id);
  }

  /** The rows below each open step. */
  laidOut(): readonly OpenedRows[] {
    return Array.from(this.#open.values(), (open) => {
      open.rows = rowsOf(open);
      return { place: open.place, units: open.rows.map((row) => (row.kind === 'block' ? row.units : 1)) };
    });
  }

  close(id: string): boolean {
    return this.#open.delete(id);
  }

  closeAll(): void {
    this.#open.clear();
  }

  async open(id: string, place: number): Promise<void> {
    this.#open.set(id, { place, lines: undefined, unfolded: new Map(), blocks: new Set(), rows: [] });
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= MOST_OPEN) break;
      this.#open.delete(oldest);
    }
    this.#deps.onChange();
    await this.#load(id);
  }

  /** Fetches again what is inside: the trace grew. */
  refresh(): void {
    for (const id of this.#open.keys()) void this.#load(id);
  }

  /** Opens or closes a line: the messages it stands for, or the whole of its message. */
  async toggleLine(id: string, item: number): Promise<void> {
    const open = this.#open.get(id);
    const row = open?.rows[item];
    if (!open || row?.kind !== 'line' || row.expanded === undefined) return;
    const { line, key } = row;
    if (line.kind !== 'asBefore') {
      if (!open.blocks.delete(key)) open.blocks.add(key);
    } else if (!open.unfolded.delete(line.message)) {
      await this.#unfold(id, open, line, 0);
      return;
    }
    this.#deps.onChange();
  }

  /** Shows more of a long stretch of folded messages. */
  async showMore(id: string, line: StepLine): Promise<void> {
    const open = this.#open.get(id);
    if (open) await this.#unfold(id, open, line, this.unfoldedOf(id, line));
  }

  /** How many messages of a stretch that stood before are shown. */
  unfoldedOf(id: string, line: StepLine): number {
    return this.#open.get(id)?.unfolded.get(line.message)?.length ?? 0;
  }

  async #unfold(id: string, open: OpenStep, line: StepLine, have: number): Promise<void> {
    const viewId = this.#deps.viewId();
    if (viewId === undefined) return;
    try {
      const count = Math.min(LINES, line.count - have);
      const { lines } = await this.#deps.host.request('steps/messages', {
        viewId,
        stepId: id,
        from: line.message + have,
        count,
      });
      if (this.#open.get(id) !== open) return;
      open.unfolded.set(line.message, [...(open.unfolded.get(line.message)?.slice(0, have) ?? []), ...lines]);
      this.#deps.onChange();
    } catch (error) {
      this.#deps.onFailed(error);
    }
  }

  async #load(id: string): Promise<void> {
    const viewId = this.#deps.viewId();
    const open = this.#open.get(id);
    if (viewId === undefined || !open) return;
    try {
      const { lines } = await this.#deps.host.request('steps/lines', {
        viewId,
        stepId: id,
        from: 0,
        count: LINES,
      });
      if (this.#open.get(id) !== open) return;
      const isNew = open.lines === undefined;
      open.lines = lines;
      this.#deps.onChange(isNew ? id : undefined);
    } catch {
      // The next answer about the trace says what is still there.
      this.#open.delete(id);
      this.#deps.onChange();
    }
  }
}

/** Lines that say more when they are opened. */
function hasWhole({ kind, side, message }: StepLine): boolean {
  return (
    (kind === 'message' || kind === 'result' || kind === 'arguments' || kind === 'call') && side !== '' && message >= 0
  );
}

function rowsOf(open: OpenStep): readonly InsideRow[] {
  const rows: InsideRow[] = [];
  const add = (line: StepLine, key: string): void => {
    const messages = line.kind === 'asBefore' ? open.unfolded.get(line.message) : undefined;
    const whole = open.blocks.has(key);
    const expanded = line.kind === 'asBefore' ? messages !== undefined : hasWhole(line) ? whole : undefined;
    rows.push({ kind: 'line', line, key, expanded });
    if (whole) {
      const units = Math.min(
        MOST_BLOCK,
        Math.max(LEAST_BLOCK, Math.ceil((line.chars === 0 ? line.text.length * 2 : line.chars) / CHARS_PER_UNIT) + 3),
      );
      rows.push({ kind: 'block', line, key: `${key} whole`, units });
    }
    messages?.forEach((message) => add(message, `${message.side} ${message.message} as before`));
  };
  open.lines?.forEach((line, at) => add(line, `${line.kind} ${line.side} ${line.message} ${at}`));
  return rows;
}
