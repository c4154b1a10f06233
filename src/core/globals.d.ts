/**
 * The text decoder that every host of core has (Node, browsers, workers). Core compiles without DOM and Node types,
 * so only what it uses of it is declared.
 */
declare class TextDecoder {
  constructor(label?: 'utf-8', options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean });
  /** Invalid UTF-8 becomes U+FFFD unless `fatal`. */
  decode(input?: Uint8Array): string;
}
