// npm run e2e:first: the first hour of a FastAPI and of an Express service that have no OpenTelemetry, in a real VS Code with the
// packed extension and nothing stored: from opening the folder to the handler's line, with clicks and seconds. Outside npm
// test: it installs from PyPI and npm. Screenshots go to out/screenshots/.
import { buildPackage } from './package.mjs';
import { ensureChromium, ensureDependencies, runVisibly, step } from './setup.mjs';

await ensureDependencies();
await ensureChromium();
const { installWorkbench } = await import('../tools/vscode/install.mjs');
await installWorkbench();
await step('packing the extension', buildPackage);
await runVisibly(process.execPath, ['--test', '--test-reporter=spec', 'test/first/firstHour.ts']);
