import { RUN_ID_KEY, RUN_NAME_KEY } from '../launch/launchEnvironment.ts';
import { resourceAttributesOf } from './rootAttributes.ts';
import type { Segment } from './segment.ts';

const KEYS: ReadonlySet<string> = new Set([RUN_ID_KEY, RUN_NAME_KEY]);
/** As `newRunId` makes them. */
const RUN_ID = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)-([\da-z]{4})$/;
const MOST_LAUNCHES = 1000;

interface Launch {
  readonly text: string;
  readonly startMs: number;
}

/** The launches that resources name, read once for each, and which of them a time falls into. */
export class LaunchRuns {
  readonly #bySegment = new WeakMap<Segment, string[]>();
  /** Segments whose resources were read for the launches, and how many. */
  readonly #read = new WeakMap<Segment, number>();
  /** By text, in the order in which they were met. */
  readonly #launches = new Map<string, Launch>();

  /** `npm run dev · 2026-11-21 17:04:21Z · c90i`; empty for a program that was not launched from Spanline. */
  textOf(segment: Segment, resource: number): string {
    let texts = this.#bySegment.get(segment);
    if (texts === undefined) this.#bySegment.set(segment, (texts = []));
    return (texts[resource] ??= this.#readText(segment, resource));
  }

  /** The newest launch that had begun by then; empty before the first. */
  at(segments: readonly Segment[], startMs: number): string {
    for (const segment of segments) {
      const from = this.#read.get(segment) ?? 0;
      const { count } = segment.resources;
      for (let resource = from; resource < count; resource++) this.textOf(segment, resource);
      this.#read.set(segment, count);
    }
    let latest: Launch | undefined;
    for (const launch of this.#launches.values()) {
      if (launch.startMs <= startMs && (latest === undefined || launch.startMs > latest.startMs)) latest = launch;
    }
    return latest?.text ?? '';
  }

  #readText(segment: Segment, resource: number): string {
    const found = resourceAttributesOf(segment, resource, KEYS);
    const id = found.get(RUN_ID_KEY);
    if (id === undefined || id === '') return '';
    const name = found.get(RUN_NAME_KEY);
    const [, year, month, day, hour, minute, second, rest] = RUN_ID.exec(id) ?? [];
    const date = `${year}-${month}-${day}`;
    const time = `${hour}:${minute}:${second}Z`;
    const which = rest === undefined ? id : `${date} ${time} · ${rest}`;
    const text = name === undefined || name === '' ? which : `${name} · ${which}`;
    const startMs = rest === undefined ? NaN : Date.parse(`${date}T${time}`);
    if (!Number.isNaN(startMs) && this.#launches.size < MOST_LAUNCHES) this.#launches.set(text, { text, startMs });
    return text;
  }
}
