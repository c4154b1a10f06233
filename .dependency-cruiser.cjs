/**
 * The import rules of the house. Each room lists what it may import; everything else fails `npm run check`.
 * Two more guards fail independently: one tsconfig per folder, and esbuild's platform for the webview bundle.
 */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: allowed },
});

const CORE = '^src/core/';
const PROTOCOL = '^src/protocol/';
const VSCODE = '^vscode$';
const WS_AND_WASM = 'node_modules/(ws|@vscode/tree-sitter-wasm|ignore|yaml|jsonc-parser|@types/[^/]+)/';
/** Regular expressions of users, in linear time. */
const RE2 = 'node_modules/re2js/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    // esbuild.mjs imports the package of its own name, which resolves to itself here.
    { name: 'no-cycles', severity: 'error', from: { pathNot: '^esbuild\\.mjs$' }, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: VSCODE } },
    only('core-imports-core', '^src/core/', [CORE], 'core is pure: no vscode, no node, no DOM'),
    only('protocol-imports-core', '^src/protocol/', [CORE, PROTOCOL], 'the protocol knows types only'),
    {
      name: 'workers-never-vscode',
      comment: 'the engine and the code index run without VS Code',
      severity: 'error',
      from: { path: '^src/(engine|codeIndex)/' },
      to: {
        pathNot: [CORE, PROTOCOL, '^src/engine/', '^src/codeIndex/', WS_AND_WASM, RE2],
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'engine-not-codeIndex',
      severity: 'error',
      from: { path: '^src/engine/' },
      to: { path: '^src/codeIndex/' },
    },
    {
      name: 'codeIndex-not-engine',
      severity: 'error',
      from: { path: '^src/codeIndex/' },
      to: { path: '^src/engine/' },
    },
    {
      name: 'cli-imports',
      comment: 'the command is the engine without VS Code',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: {
        pathNot: [CORE, PROTOCOL, '^src/(engine|codeIndex|launcher|cli)/', 'node_modules/@types/'],
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'launcher-imports',
      comment: 'what the host and the command need alike to start programs, and nothing of either',
      severity: 'error',
      from: { path: '^src/launcher/' },
      to: { pathNot: [CORE, '^src/launcher/', 'node_modules/@types/'], dependencyTypesNot: ['core'] },
    },
    {
      name: 'nobody-imports-cli',
      severity: 'error',
      from: { path: '^(src|webview)/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'vscode-imports',
      comment: 'the host passes messages and calls the VS Code API, nothing heavy',
      severity: 'error',
      from: { path: '^src/vscode/' },
      to: {
        pathNot: [CORE, PROTOCOL, '^src/(launcher|vscode)/', VSCODE, 'node_modules/@types/'],
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'extension-imports',
      severity: 'error',
      from: { path: '^src/extension\\.ts$' },
      to: { pathNot: ['^src/vscode/', VSCODE, 'node_modules/@types/'] },
    },
    { name: 'nobody-imports-extension', severity: 'error', from: {}, to: { path: '^src/extension\\.ts$' } },
    {
      name: 'webview-imports',
      comment: 'the webview gets data by message only',
      severity: 'error',
      from: { path: '^webview/' },
      to: {
        pathNot: [CORE, PROTOCOL, '^webview/', 'node_modules/preact/', 'node_modules/@vscode/webview-ui-toolkit/'],
      },
    },
    {
      name: 'toolkit-in-ui-only',
      comment: 'the toolkit is archived upstream: replacing it must touch one folder',
      severity: 'error',
      from: { path: '^(src|webview|test)/', pathNot: '^webview/ui/' },
      to: { path: 'node_modules/@vscode/webview-ui-toolkit/' },
    },
    {
      name: 'only-vscode-folder-imports-vscode',
      severity: 'error',
      from: { path: '^(src|webview)/', pathNot: ['^src/vscode/', '^src/extension\\.ts$'] },
      to: { path: [VSCODE, 'node_modules/@types/vscode/'] },
    },
    {
      name: 'src-never-test',
      severity: 'error',
      from: { path: '^(src|webview)/' },
      to: { path: '^(test|scripts|tools)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
    exclude: {
      path: '^(out|dist|examples|test/fixtures|test/interop/programs|test/interop/locations/programs|test/interop/inference/programs)/',
    },
  },
};
