/**
 * A body that is not a well-formed OTLP message. Thrown before anything of the body was stored; receivers answer it
 * with 400 (`INVALID_ARGUMENT` over gRPC), which OTLP defines as not retryable.
 */
export class OtlpDecodeError extends Error {
  override readonly name = 'OtlpDecodeError';
  /** Byte offset in the body at which reading stopped. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}
