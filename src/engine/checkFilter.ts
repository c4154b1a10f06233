import { compileFilter } from '../core/query/compileFilter.ts';
import { parseFilter } from '../core/query/parseFilter.ts';
import { StoreState } from '../core/store/storeState.ts';
import { linearRegex } from './linearRegexEngine.ts';

const NOTHING = new StoreState(0);

/**
 * Checks all of a filter, regular expressions included.
 * @throws FilterError where it is wrong.
 */
export function checkFilter(text: string): void {
  compileFilter(parseFilter(text), { state: NOTHING, regex: linearRegex });
}
