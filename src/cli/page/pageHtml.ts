import { randomBytes } from 'node:crypto';

export interface PageFacts {
  /** Of this server. */
  readonly port: number;
  readonly version: string;
  /** The receiver's address, for copying. */
  readonly endpoint: string;
}

export interface PageDocument {
  readonly html: string;
  readonly csp: string;
}

/**
 * The page of the panel for a browser: fixed markup, strict CSP with a nonce, scripts and styles of this server only. No
 * data of spans is written into it; everything arrives over the socket.
 */
export function pageDocument({ port, version, endpoint }: PageFacts): PageDocument {
  const nonce = randomBytes(16).toString('base64');
  const csp = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    // As in the webview: one <style> probe of the toolkit carries the nonce.
    `style-src 'self' 'nonce-${nonce}'`,
    `font-src 'self'`,
    `img-src data:`,
    `connect-src ws://127.0.0.1:${port}/hub`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ');
  const html = `<!DOCTYPE html>
<html lang="en" data-version="${escaped(version)}" data-endpoint="${escaped(endpoint)}">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<meta name="color-scheme" content="light dark">
<title>Spanline</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/codicon.css">
<link rel="stylesheet" href="/browser.css">
<link rel="stylesheet" href="/webview.css">
</head>
<body>
<div id="root"></div>
<script nonce="${nonce}" src="/browserPage.js"></script>
<script type="module" nonce="${nonce}" src="/webview.js"></script>
</body>
</html>`;
  return { html, csp };
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
