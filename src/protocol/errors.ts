/** Why a request failed, as a value both sides switch over. */
export type ProtocolErrorCode =
  /** The span, trace, view or value is not held (any more). */
  | 'notFound'
  /** The request was cancelled or superseded by a newer one. */
  | 'cancelled'
  /** No answer in time. */
  | 'timeout'
  /** The other side went away. */
  | 'disposed'
  /** Parameters did not have the agreed shape. */
  | 'invalid'
  /** Anything else; the message says what. */
  | 'failed';

/** An error that crosses a channel with its code. */
export class ProtocolError extends Error {
  readonly code: ProtocolErrorCode;

  constructor(code: ProtocolErrorCode, message: string) {
    super(message);
    this.name = 'ProtocolError';
    this.code = code;
  }
}
