/** The little of the platform that the wire's form uses; browsers and Node have it alike. */
declare class TextDecoder {
  constructor(label: 'utf-8', options: { readonly fatal: true });
  decode(input: Uint8Array): string;
}
declare class TextEncoder {
  encode(input: string): Uint8Array;
}
