// A reporter for `node --test`: a failing test in full at once, passing ones silently, the slowest files at the end, and
// counts as JSON, whole and by file, in the file that SPANLINE_TEST_COUNTS names. VERBOSE=1 names every test and shows what the tests print.
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** @param {unknown} error the reporter's wrapper or the thrown value itself */
function describeError(error) {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return stripVTControlCharacters(text)
    .split('\n')
    .filter((line) => !/^\s+at (.*\()?node:/.test(line))
    .join('\n');
}

/** Files named at the end, and the seconds from which one is worth it. */
const SLOWEST = 5;
const SLOW_SECONDS = 10;

/** @param {ReadonlyMap<string, number>} durations milliseconds by file */
function slowest(durations) {
  return [...durations]
    .map(([file, ms]) => /** @type {const} */ ([file, Math.round(ms / 1000)]))
    .filter(([, seconds]) => seconds >= SLOW_SECONDS)
    .sort(([, a], [, b]) => b - a)
    .slice(0, SLOWEST)
    .map(([file, seconds]) => `${path.basename(file)} ${seconds} s`)
    .join(', ');
}

/**
 * The test file that was run, of the one that defines a test: suites of `panel/` are imported by `panel.test.ts`.
 * @param {string | undefined} file
 */
function testFileOf(file) {
  if (file === undefined || /\.test\.\w+$/.test(file)) return file;
  const importing = `${path.dirname(file)}.test.ts`;
  return existsSync(importing) ? importing : file;
}

/** @param {string} text @param {string} by */
const indent = (text, by) => text.replace(/^(?=.)/gm, by);

/** @param {AsyncIterable<import('node:test/reporters').TestEvent>} source */
export default async function* countingReporter(source) {
  const verbose = Boolean(process.env['VERBOSE']);
  /**
   * @type {{
   *   passed: number,
   *   failed: number,
   *   skipped: { title: string, reason: string }[],
   *   byFile: Record<string, { passed: number, failed: string[] }>,
   * }} failed by file: titles
   */
  const counts = { passed: 0, failed: 0, skipped: [], byFile: {} };
  const countsOf = (/** @type {string} */ file) => (counts.byFile[file] ??= { passed: 0, failed: [] });
  /** @type {Map<string, string>} what each file printed, shown only if a test of it fails */
  const printed = new Map();
  /** @type {Map<string, number>} */
  const durations = new Map();
  /** @type {string[]} titles of the suites and tests around the current one; events come in document order */
  const titles = [];
  for await (const { type, data } of source) {
    if (type === 'test:stdout' || type === 'test:stderr') {
      if (verbose) {
        yield data.message;
      } else if (data.file !== undefined) {
        printed.set(data.file, (printed.get(data.file) ?? '') + data.message);
      }
      continue;
    }
    if (type === 'test:start') {
      titles.length = data.nesting;
      titles.push(data.name);
      continue;
    }
    if (type === 'test:diagnostic' && data.level !== 'info') {
      yield `  ${data.message}\n`;
    }
    if (type !== 'test:pass' && type !== 'test:fail') {
      continue;
    }
    const testFile = testFileOf(data.file);
    const file = testFile === undefined ? '' : path.relative(process.cwd(), testFile);
    // A file that ran no test is reported as a test named after the file.
    const isFile = data.nesting === 0 && data.file !== undefined && path.resolve(data.name) === data.file;
    const title = [...titles.slice(0, data.nesting), data.name].join(' › ');
    if (data.nesting === 0 && file !== '') {
      durations.set(file, (durations.get(file) ?? 0) + data.details.duration_ms);
    }
    const pending = data.skip ?? data.todo;
    if (pending !== undefined && pending !== false) {
      counts.skipped.push({ title, reason: typeof pending === 'string' && pending ? pending : 'no reason given' });
      continue;
    }
    if (isFile && type === 'test:pass' && !process.env['SPANLINE_TEST_GREP']) {
      counts.failed += 1;
      yield `  failed: ${file} holds no test\n`;
      continue;
    }
    if (type === 'test:fail') {
      const error = /** @type {{ failureType?: string }} */ (data.details.error);
      if (error.failureType === 'subtestsFailed') {
        continue; // those below it were counted and shown
      }
      counts.failed += 1;
      countsOf(file).failed.push(title);
      const defined = data.file === undefined ? '' : path.relative(process.cwd(), data.file);
      yield `  failed: ${title}  (${defined}${data.line ? `:${data.line}` : ''})\n`;
      yield `${indent(describeError(data.details.error), '    ')}\n`;
      const output = testFile === undefined ? undefined : printed.get(testFile);
      if (testFile !== undefined && output) {
        yield `    printed by ${file}:\n${indent(output, '    | ')}\n`;
        printed.delete(testFile);
      }
      continue;
    }
    if (data.details.type === 'suite' || isFile) {
      continue;
    }
    counts.passed += 1;
    countsOf(file).passed += 1;
    if (verbose) {
      yield `  passed: ${title}\n`;
    }
  }
  const slow = slowest(durations);
  if (slow !== '') {
    yield `  slowest: ${slow}\n`;
  }
  const target = process.env['SPANLINE_TEST_COUNTS'];
  if (target) {
    writeFileSync(target, JSON.stringify(counts));
  }
}
