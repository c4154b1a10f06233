import { shortLine } from './contentKey.ts';
import { isFields } from '../inference/fields.ts';

/** An argument that a model asked for and a tool received otherwise. */
export interface ArgumentDifference {
  readonly path: string;
  /** JSON, short; empty when it is not there. */
  readonly asked: string;
  readonly received: string;
}

const MOST_DIFFERENCES = 20;
const MOST_DEPTH = 32;
const VALUE_CHARS = 80;

/**
 * What differs between the arguments a model asked for and those the tool's own span received, in the order of the former.
 * Numbers are compared by value (JSON has no 3.20). Parameters that only the tool has come last: many are put in by the
 * framework. At most 20.
 */
export function compareArguments(asked: unknown, received: unknown): readonly ArgumentDifference[] {
  const found: ArgumentDifference[] = [];
  compare(asked, received, '', 0, found);
  return found.slice(0, MOST_DIFFERENCES);
}

function compare(asked: unknown, received: unknown, path: string, depth: number, found: ArgumentDifference[]): void {
  if (found.length >= MOST_DIFFERENCES || depth > MOST_DEPTH || Object.is(asked, received)) return;
  if (isFields(asked) && isFields(received)) {
    const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
    for (const [key, value] of Object.entries(asked)) {
      compare(value, Object.hasOwn(received, key) ? received[key] : undefined, at(key), depth + 1, found);
    }
    for (const [key, value] of Object.entries(received)) {
      if (!Object.hasOwn(asked, key)) found.push({ path: at(key), asked: '', received: shown(value) });
    }
  } else if (Array.isArray(asked) && Array.isArray(received)) {
    for (let index = 0; index < Math.max(asked.length, received.length); index++) {
      if (found.length >= MOST_DIFFERENCES) return;
      compare(asked[index], received[index], `${path}[${index}]`, depth + 1, found);
    }
  } else {
    found.push({ path, asked: shown(asked), received: shown(received) });
  }
}

function shown(value: unknown): string {
  return value === undefined ? '' : shortLine(JSON.stringify(value), VALUE_CHARS);
}
