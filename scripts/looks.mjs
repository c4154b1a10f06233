// npm run looks [-- --spans 1000000 --theme dark]: screenshots of every view of the panel for looking at, in dark, light and high
// contrast, of traces of 14, 10,000 and --spans spans, and at 200 % zoom and in a narrow panel. Writes out/screenshots/looks/.
import { parseArgs } from 'node:util';
import { ensureDependencies, runVisibly, step } from './setup.mjs';

const { values } = parseArgs({
  options: { spans: { type: 'string', default: '1000000' }, theme: { type: 'string', default: '' } },
});
await ensureDependencies();
await step('building the extension', () => runVisibly(process.execPath, ['esbuild.mjs']));
// Imported only now: it needs the packages that were just installed.
const { takeLooks } = await import('../test/browser/support/takeLooks.ts');
await takeLooks({ spans: Number(values.spans), theme: values.theme }, (line) => console.log(line));
