// The toolkit asks once, while it is loaded, whether the browser knows :focus-visible, by way of a <style> element; under
// our CSP it must carry the nonce, which the toolkit looks for in this place. Import before the toolkit.
// A module has no current script: any of the page's own carries it.
const nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '';
const meta = document.createElement('meta');
meta.setAttribute('property', 'csp-nonce');
meta.setAttribute('content', nonce);
if (nonce !== '') document.head.append(meta);

/** Takes the nonce out of the page again; call once the toolkit is loaded. */
export function removeStyleNonce(): void {
  meta.remove();
}
