import type { OtlpSignal } from './responses.ts';

/**
 * A body that is not a well-formed OTLP message. Thrown before anything of the body was stored; receivers answer it
 * with 400 (`INVALID_ARGUMENT` over gRPC), which OTLP defines as not retryable.
 */
export class OtlpDecodeError extends Error {
  override readonly name: string = 'OtlpDecodeError';
  /** Byte offset in the body at which reading stopped. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** A well-formed request of another signal than the one it was read as. */
export class OtherSignalError extends OtlpDecodeError {
  override readonly name = 'OtherSignalError';
  /** What it is. */
  readonly found: OtlpSignal;

  constructor(message: string, offset: number, found: OtlpSignal) {
    super(message, offset);
    this.found = found;
  }
}
