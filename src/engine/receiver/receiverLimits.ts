/** Bounds on what a sender can make the receiver hold or wait for. */
export interface ReceiverLimits {
  /** Sum of the bodies being received at one time. */
  readonly inFlightBytes: number;
  /** How long bodies are read in one go before others (queries above all) have their turn. */
  readonly sliceMs: number;
  /** Open connections of one address and port. */
  readonly connections: number;
  /** All header lines of one request. */
  readonly headerBytes: number;
  /** From connecting, or from the first byte of a request, to the end of its headers. */
  readonly headerTimeoutMs: number;
  /** From the start of a request to the end of its body. */
  readonly requestTimeoutMs: number;
  /** Without a byte of an HTTP/2 answer taken: a client that opens no window would have us keep it. */
  readonly answerTimeoutMs: number;
  /** A connection without requests. Above the 60 s at which SDKs send metrics, so that they need not reconnect. */
  readonly idleTimeoutMs: number;
  /**
   * Streams open at once on one HTTP/2 connection. Generous: node:http2 counts a stream a little longer than the
   * client does, so a client that makes full use of the number sees some of its calls refused.
   */
  readonly streams: number;
  /** Streams a client may reset before they are answered, in a burst and then per second, on one HTTP/2 connection. */
  readonly streamResetBurst: number;
  readonly streamResetsPerSecond: number;
  /** What a refused sender may still send while it reads the answer, before the connection is cut. */
  readonly lingerBytes: number;
  readonly lingerMs: number;
}

export const DEFAULT_LIMITS: ReceiverLimits = {
  inFlightBytes: 256 * 1024 * 1024,
  sliceMs: 8,
  connections: 512,
  headerBytes: 32 * 1024,
  headerTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  answerTimeoutMs: 30_000,
  idleTimeoutMs: 130_000,
  streams: 2048,
  streamResetBurst: 1000,
  streamResetsPerSecond: 33,
  lingerBytes: 16 * 1024 * 1024,
  lingerMs: 2000,
};
