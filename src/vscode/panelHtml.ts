import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/**
 * The page of a trace panel: fixed markup, strict CSP with a nonce, scripts and styles of this extension only. No data is
 * written into it; everything arrives by message after the page said `panel/ready`.
 */
export function panelHtml(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const dist = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', name)).toString();
  const csp = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    // The nonce is for one <style> probe that the toolkit makes while it loads (webview/ui/styleNonce.ts); its components
    // adopt constructed style sheets, which CSP does not count as inline.
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
    `img-src data:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${csp}">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<title>Spanline</title>
<link rel="stylesheet" href="${dist('codicon.css')}">
<link rel="stylesheet" href="${dist('webview.css')}">
</head>
<body>
<div id="root"></div>
<script type="module" nonce="${nonce}" src="${dist('webview.js')}"></script>
</body>
</html>`;
}
