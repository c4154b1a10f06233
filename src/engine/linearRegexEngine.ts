import { RE2JS } from 're2js';
import type { RegexEngine } from '../core/query/linearRegex.ts';

const MAX_PATTERN_LENGTH = 1000;

/** RE2: time linear in the text, whatever the expression is. `(?i)` in front ignores case. */
export const linearRegex: RegexEngine = {
  compile: (pattern) => {
    if (pattern === '') throw new Error('it is empty');
    if (pattern.length > MAX_PATTERN_LENGTH) throw new Error(`it has more than ${MAX_PATTERN_LENGTH} characters`);
    const compiled = RE2JS.compile(pattern);
    return { test: (text) => compiled.test(text) };
  },
};
