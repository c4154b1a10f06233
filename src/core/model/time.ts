declare const nanosBrand: unique symbol;

/** Nanoseconds since the Unix epoch, as OTLP's fixed64 `*_unix_nano`. Never on the wire as bigint: use {@link NanosText}. */
export type Nanos = bigint & { readonly [nanosBrand]: true };

/** {@link Nanos} as decimal text, the form used in messages (a bigint is lost silently by VS Code's webview channel). */
export type NanosText = string;

/** A length of time in nanoseconds as a float: exact up to 2^53 ns (104 days). */
export type DurationNs = number;

/** Brands a bigint as {@link Nanos}. */
export function nanos(value: bigint): Nanos {
  return value as Nanos;
}
