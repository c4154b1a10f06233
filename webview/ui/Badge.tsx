/** A count beside a title. The toolkit's badge sets a style attribute, which our CSP refuses. */
export function Badge({ count }: { readonly count: number }) {
  return <span class="badge">{count.toLocaleString('en-US')}</span>;
}
