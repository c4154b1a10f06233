import { RE2JS } from 're2js';
import type { CompilePattern } from '../core/find/textMatcher.ts';

/** Expressions of users on RE2, whose time is linear in the text whatever they are. Throws its message. */
export const compilePattern: CompilePattern = (source, matchCase) => {
  const pattern = RE2JS.compile(source, matchCase ? 0 : RE2JS.CASE_INSENSITIVE);
  return {
    test: (text) => pattern.test(text),
    exec: (text, from) => {
      const found = pattern.matcher(text);
      return found.find(from) ? { start: found.start(), end: found.end() } : undefined;
    },
  };
};
