import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { THEMES } from './themes.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const NONCE = 'dGVzdA';

interface ServedFile {
  readonly type: string;
  readonly body: string | Uint8Array;
}

async function bundle(entry: string, jsx: boolean): Promise<string> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'chrome128',
    logLevel: 'silent',
    ...(jsx ? { jsx: 'automatic', jsxImportSource: 'preact' } : {}),
  });
  return result.outputFiles[0]?.text ?? '';
}

interface Bundles {
  readonly webview: string;
  readonly host: string;
  readonly style: string;
}

async function bundles(): Promise<Bundles> {
  const [webview, host, style] = await Promise.all([
    bundle('webview/main.tsx', true),
    bundle(fileURLToPath(import.meta.resolve('./fakeHostPage.ts')), false),
    bundle('webview/webview.css', false),
  ]);
  return { webview, host, style };
}

/** Builds the page's scripts and style into `file`; SPANLINE_TEST_PAGE names it to test files, else each builds them. */
export async function keepPage(file: string): Promise<void> {
  writeFileSync(file, JSON.stringify(await bundles()));
}

/** What the page is made of, by path: the webview and the host in the same window. */
export async function pageFiles(): Promise<Map<string, ServedFile>> {
  const icons = path.join(root, 'node_modules/@vscode/codicons/dist');
  const kept = process.env['SPANLINE_TEST_PAGE'];
  const { webview, host, style } = kept ? (JSON.parse(readFileSync(kept, 'utf8')) as Bundles) : await bundles();
  // What another test left in the window is gone; what this one keeps is there after a reload.
  // VS Code sets the theme the same way: variables on the root's style, a class on the body.
  const theme = `const opened = new URLSearchParams(location.search).get('opened');
if (sessionStorage.getItem('opened') !== opened) { sessionStorage.clear(); sessionStorage.setItem('opened', opened); }
const theme = ${JSON.stringify(THEMES)}[new URLSearchParams(location.search).get('theme')];
window.setTheme = (name) => apply(${JSON.stringify(THEMES)}[name]);
function apply(t) { for (const [k, v] of Object.entries(t.variables)) document.documentElement.style.setProperty('--vscode-' + k, v); document.body.className = t.bodyClass; }
apply(theme);`;
  const html = `<!DOCTYPE html>
<html lang="en"><head><meta charset="UTF-8"><title>Spanline</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${NONCE}'; style-src 'self' 'nonce-${NONCE}'; font-src 'self'; img-src data:">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="codicon.css"><link rel="stylesheet" href="webview.css"></head>
<body><div id="root"></div>
<script nonce="${NONCE}" src="theme.js"></script>
<script nonce="${NONCE}" src="host.js"></script>
<script nonce="${NONCE}" src="webview.js"></script></body></html>`;
  return new Map<string, ServedFile>([
    ['/', { type: 'text/html', body: html }],
    ['/theme.js', { type: 'text/javascript', body: theme }],
    ['/host.js', { type: 'text/javascript', body: host }],
    ['/webview.js', { type: 'text/javascript', body: webview }],
    ['/webview.css', { type: 'text/css', body: style }],
    ['/codicon.css', { type: 'text/css', body: readFileSync(path.join(icons, 'codicon.css')) }],
    ['/codicon.ttf', { type: 'font/ttf', body: readFileSync(path.join(icons, 'codicon.ttf')) }],
  ]);
}
