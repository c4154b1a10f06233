import type { Steps } from '../core/statistics/steps.ts';
import { findInText } from '../core/text/findInText.ts';
import { JsonMembers, readJsonString, skipSpace, type JsonMember } from '../core/text/jsonMembers.ts';
import { TextRows } from '../core/text/textRows.ts';
import {
  FOUND_PLACES,
  ROW_COLUMNS,
  VALUE_MEMBERS,
  VALUE_ROWS,
  type CallMethods,
  type ValueMember,
} from '../protocol/callApi.ts';
import type { CancelSignal, Handlers } from '../protocol/channel.ts';
import { ProtocolError } from '../protocol/errors.ts';
import type { CallReadings } from './callReadings.ts';
import type { LongText, LongTexts } from './longTexts.ts';
import { Params } from './params.ts';
import type { SlicedWork } from './slicedWork.ts';

const MAX_PLACE = 0xffff_ffff;
/** Most levels on the way to a place. */
const MAX_DEPTH = 500;
/** Content of a string, and beginning of a structure, in the line of a member. */
const MEMBER_STRING = 1000;
const MEMBER_PREVIEW = 160;

export interface CallHandlersDeps {
  readonly calls: CallReadings;
  readonly texts: LongTexts;
  readonly work: SlicedWork;
}

/** Model calls and long values, piece by piece. */
export function callHandlers({ calls, texts, work }: CallHandlersDeps): Handlers<CallMethods> {
  const longText = (read: Params): LongText => texts.get(read.spanRef(), read.text('ref'));
  const run = <T>(steps: Steps<T>, signal: CancelSignal): Promise<T> => work.run(steps, () => signal.cancelled);
  return {
    'call/items': (params) => {
      const read = new Params('call/items', params);
      const page = calls.items(
        read.spanRef(),
        read.oneOf('side', ['inputs', 'outputs']),
        read.integer('from', 0, MAX_PLACE),
      );
      if (!page) throw new ProtocolError('notFound', 'the span is no longer held');
      return page;
    },
    'call/find': async (params, signal) => {
      const read = new Params('call/find', params);
      const call = calls.whole(read.spanRef());
      if (call === undefined) throw new ProtocolError('notFound', 'the span is no longer held');
      const items = call?.[read.oneOf('side', ['inputs', 'outputs'])] ?? [];
      const found = { total: 0, items: [] as number[], starts: [] as number[] };
      const [wanted, matchCase] = [read.text('text'), read.boolean('matchCase')];
      await run(
        (function* () {
          for (const [index, { text }] of items.entries()) {
            yield* findInText(text, wanted, matchCase, (start) => {
              if (found.total++ >= FOUND_PLACES) return;
              found.items.push(index);
              found.starts.push(start);
            });
          }
        })(),
        signal,
      );
      return { total: found.total, items: Uint32Array.from(found.items), starts: Uint32Array.from(found.starts) };
    },
    'value/rows': async (params, signal) => {
      const read = new Params('value/rows', params);
      const columns = read.integer('columns', 1, ROW_COLUMNS);
      const from = read.integer('from', 0, MAX_PLACE);
      const at = read.integer('at', -1, MAX_PLACE);
      const count = read.integer('count', 0, VALUE_ROWS);
      const wait = read.boolean('wait');
      const { text, rows: byColumns } = longText(read);
      const rows = byColumns.get(columns) ?? new TextRows(text, columns);
      byColumns.set(columns, rows);
      const isEnough = (): boolean => !wait && (at < 0 ? rows.counted >= from + count : false);
      await run(
        (function* () {
          while (!rows.complete && !isEnough()) {
            rows.step();
            yield;
          }
        })(),
        signal,
      );
      const first = at < 0 ? from : Math.max(0, rows.rowOf(at) - (count >> 1));
      const page = rows.read(first, count);
      return {
        from: first,
        rows: page.rows,
        starts: Uint32Array.from(page.starts),
        total: rows.counted,
        complete: rows.complete,
        length: rows.length,
      };
    },
    'value/find': async (params, signal) => {
      const read = new Params('value/find', params);
      let total = 0;
      const starts: number[] = [];
      const steps = findInText(longText(read).text, read.text('text'), read.boolean('matchCase'), (start) => {
        if (total++ < FOUND_PLACES) starts.push(start);
      });
      await run(steps, signal);
      return { total, starts: Uint32Array.from(starts) };
    },
    'value/members': (params, signal) => {
      const read = new Params('value/members', params);
      const at = read.integer('at', 0, MAX_PLACE);
      const from = read.integer('from', 0, MAX_PLACE);
      const count = read.integer('count', 0, VALUE_MEMBERS);
      const long = longText(read);
      return inTurn(long, async () => {
        const members = await json(() => membersAt(long, at));
        await json(() => run(members.find(from + count), signal));
        const found = await json(() => run(members.read(from, count), signal));
        return {
          members: found.map((member) => shownMember(long.text, member)),
          total: members.complete ? members.counted : -1,
        };
      });
    },
    'value/path': (params, signal) => {
      const read = new Params('value/path', params);
      const at = read.integer('at', 0, MAX_PLACE);
      const long = longText(read);
      return inTurn(long, async () => ({ steps: await json(() => run(pathTo(long, at), signal)) }));
    },
  };
}

/** Begins once what was asked of the text before is done, however that ended. */
function inTurn<T>(long: LongText, run: () => Promise<T>): Promise<T> {
  const result = long.walk.then(run, run);
  long.walk = result.catch(() => undefined);
  return result;
}

/** What is no JSON is the caller's mistake. */
async function json<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof SyntaxError) throw new ProtocolError('invalid', error.message);
    throw error;
  }
}

function membersAt(long: LongText, at: number): JsonMembers {
  const start = at === 0 ? skipSpace(long.text, 0) : at;
  const members = long.members.get(start) ?? new JsonMembers(long.text, start);
  long.members.set(start, members);
  return members;
}

/** The structures around a place, each with the number of the member that holds it. */
function* pathTo(long: LongText, at: number): Steps<{ start: number; member: number }[]> {
  const steps: { start: number; member: number }[] = [];
  let start = skipSpace(long.text, 0);
  while (steps.length < MAX_DEPTH && (long.text[start] === '{' || long.text[start] === '[')) {
    const members = membersAt(long, start);
    let number = 0;
    let holder: JsonMember | undefined;
    for (;;) {
      yield* members.find(number + 1);
      if (number >= members.counted) break;
      const [member] = yield* members.read(number, 1);
      if (!member) break;
      holder = member;
      if (member.end > at) break;
      number++;
    }
    if (!holder || holder.end <= at) break;
    steps.push({ start, member: number });
    // In its key: no deeper.
    if (at < holder.start) break;
    start = holder.start;
  }
  return steps;
}

function shownMember(text: string, { key, start, end }: JsonMember): ValueMember {
  const length = end - start;
  const named = key === undefined ? {} : { key };
  const first = text[start];
  if (first === '"') {
    const { text: content, cut } = readJsonString(text, start, end, MEMBER_STRING);
    return { ...named, kind: 'string', start, text: content, cut, length };
  }
  const shown = text.slice(start, Math.min(end, start + MEMBER_PREVIEW));
  const cut = length > MEMBER_PREVIEW;
  const kind =
    first === '{'
      ? 'object'
      : first === '['
        ? 'array'
        : first === 'n'
          ? 'null'
          : first === 't' || first === 'f'
            ? 'boolean'
            : 'number';
  return { ...named, kind, start, text: shown, cut, length };
}
