import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { readCaptureFiles } from '../../interop/locations/captureFile.ts';
import { readLabels } from '../../interop/locations/labels.ts';
import { measure, type Measured, type Verdict } from '../../interop/locations/measure.ts';

/** Percent of a language's captured spans. May only get better, up to the targets of `npm run bench:locations`. */
const REACHED: Readonly<Record<string, { readonly right: number; readonly choice: number; readonly wrong: number }>> = {
  csharp: { right: 90, choice: 8, wrong: 2 },
  go: { right: 90, choice: 8, wrong: 2 },
  java: { right: 90, choice: 8, wrong: 2 },
  js: { right: 90, choice: 8, wrong: 2 },
  python: { right: 90, choice: 8, wrong: 2 },
  rust: { right: 90, choice: 8, wrong: 2 },
};

/** Percent of exact lines; the target is 99. */
const REACHED_WHEN_LAUNCHED: Readonly<Record<string, number>> = { js: 99, python: 99 };

describe('spans of real SDKs without code attributes', () => {
  let measured: Measured[] = [];
  before(async () => {
    measured = await measure(readCaptureFiles());
  });

  for (const [language, { right, choice, wrong }] of Object.entries(REACHED)) {
    it(`open their line as often as they did: ${language}`, () => {
      const own = measured.filter(({ span }) => span.language === language);
      const share = (...verdicts: Verdict[]): number =>
        (100 * own.filter(({ verdict }) => verdicts.includes(verdict)).length) / own.length;
      assert.ok(share('exact', 'function') >= right, `right: ${share('exact', 'function').toFixed(1)} %`);
      assert.ok(share('choice') <= choice, `choice: ${share('choice').toFixed(1)} %`);
      assert.ok(share('wrong') <= wrong, `wrong: ${share('wrong').toFixed(1)} %`);
    });
  }

  it('of programs launched from Spanline open the labelled line itself as often as they did', async () => {
    const launched = await measure(readCaptureFiles(true));
    for (const [language, exact] of Object.entries(REACHED_WHEN_LAUNCHED)) {
      const own = launched.filter(({ span }) => span.language === language);
      const missed = own.filter(({ verdict }) => verdict !== 'exact').map(({ span }) => span.name);
      assert.ok(100 * (own.length - missed.length) >= exact * own.length, `${language}: ${missed.join(', ')}`);
    }
  });

  it('are there for every language that is held to something, and for every label', () => {
    const languages = new Set(readCaptureFiles().map(({ language }) => language));
    assert.deepEqual([...languages].sort(), Object.keys(REACHED).sort());
    const used = new Set(measured.map(({ label }) => `${label.path}:${label.line} ${label.name}`));
    const unused = readLabels()
      .filter(({ path }) => languages.has(path.slice(0, path.indexOf('/'))))
      .map(({ path, line, name }) => `${path}:${line} ${name}`)
      .filter((label) => !used.has(label));
    assert.deepEqual(unused, []);
  });
});
