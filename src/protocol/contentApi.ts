import type { SpanRef } from '../core/model/span.ts';

/** What a page asks about content that was not recorded. */
export interface ContentMethods {
  /**
   * Offers to have a library record content in the program of a span from its next start on; `library` is an id of
   * `core/launch`'s table, which the host checks. `copied`: there is nothing to start programs from (a browser's tab), so its
   * variables are on the clipboard.
   */
  'content/turnOn': readonly [SpanRef & { readonly library: string }, { readonly copied: boolean }];
}
