// npm run bench:locations [-- LANGUAGE…] [--misses]: how many captured spans open their line, by language and by what
// there was to go by, against the targets; and the same programs with instrument/ in them, as a launch from Spanline
// runs them. --misses lists what did not. Exit code 1 when a language misses a target.
import { parseArgs } from 'node:util';
import { readCaptureFiles } from './captureFile.ts';
import { measure, type Measured, type Verdict } from './measure.ts';

const TARGETS = { right: 90, choice: 8, wrong: 2 };
/** Percent of the spans of a launched program that open the labelled line itself. */
const STAMPED_EXACT = 99;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { misses: { type: 'boolean', default: false } },
});
const asked = ({ language }: { readonly language: string }): boolean =>
  positionals.length === 0 || positionals.includes(language);
const captures = readCaptureFiles().filter(asked);
const measured = await measure(captures);
const stamped = await measure(readCaptureFiles(true).filter(asked));

const rows: string[][] = [['', 'spans', 'right', 'exact', 'choice', 'wrong', 'none']];
let missed = false;
for (const { language, captured } of captures) {
  const own = measured.filter(({ span }) => span.language === language);
  rows.push([`${language}${captured ? '' : ' (not captured)'}`, ...figures(own)]);
  const hints = [...new Set(own.map(({ hint }) => hint))].sort();
  for (const hint of hints) rows.push([`  ${hint}`, ...figures(own.filter((each) => each.hint === hint))]);
  const launched = stamped.filter(({ span }) => span.language === language);
  if (launched.length > 0) {
    rows.push(['  launched from Spanline', ...figures(launched)]);
    if ((100 * count(launched, 'exact')) / launched.length < STAMPED_EXACT) missed = true;
  }
  const share = (...verdicts: Verdict[]): number => (100 * count(own, ...verdicts)) / own.length;
  if (share('exact', 'function') < TARGETS.right) missed = true;
  if (share('choice') > TARGETS.choice || share('wrong') > TARGETS.wrong) missed = true;
}
const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
for (const row of rows) {
  const cells = row.map((cell, column) =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
  );
  console.log(cells.join('  '));
}
const { right, choice, wrong } = TARGETS;
console.log(
  `targets per language: right ≥ ${right} %, choice ≤ ${choice} %, wrong ≤ ${wrong} %; launched from Spanline: exact ≥ ${STAMPED_EXACT} %: ${missed ? 'MISSED' : 'ok'}`,
);
if (values.misses) {
  for (const each of measured) if (each.verdict !== 'function') showMiss(each);
  for (const each of stamped) showMiss(each);
}
process.exitCode = missed ? 1 : 0;

function count(own: readonly Measured[], ...verdicts: readonly Verdict[]): number {
  return own.filter(({ verdict }) => verdicts.includes(verdict)).length;
}

function figures(own: readonly Measured[]): string[] {
  const part = (...verdicts: Verdict[]): string => {
    const found = count(own, ...verdicts);
    return `${found} (${Math.round((100 * found) / own.length)} %)`;
  };
  return [String(own.length), part('exact', 'function'), part('exact'), part('choice'), part('wrong'), part('none')];
}

function showMiss({ span, label, hint, verdict, resolution }: Measured): void {
  if (verdict === 'exact') return;
  const opened = resolution.candidates
    .slice(0, 3)
    .map(({ shownPath, line, confidence, evidence }) => `${shownPath}:${line} (${confidence}, ${evidence.kind})`);
  console.log(
    `${verdict.padEnd(6)} ${span.language}/${span.service} "${span.name}" ${span.value('kind') ?? ''} [${hint}]`,
  );
  console.log(`       scope ${span.scope || '-'}, parent "${span.parent?.name ?? ''}"`);
  console.log(`       expected ${label.path}:${label.line}; got ${opened.join(', ') || 'nothing'}`);
}
