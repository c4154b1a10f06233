import { LOGS_REQUEST, METRICS_REQUEST, TRACES_REQUEST, type MessageShape } from './messageShapes.ts';
import type { OtlpSignal } from './responses.ts';
import { WireReader } from './wireReader.ts';

const REQUESTS: Readonly<Record<OtlpSignal, MessageShape>> = {
  traces: TRACES_REQUEST,
  logs: LOGS_REQUEST,
  metrics: METRICS_REQUEST,
};

/**
 * Checks an export request of protobuf from outside, so that it may be walked with a cursor before a store reads it.
 * @throws OtlpDecodeError when it is malformed.
 */
export function checkRequest(signal: OtlpSignal, body: Uint8Array): void {
  new RequestCheck().run(REQUESTS[signal], body);
}

class RequestCheck extends WireReader {
  run(shape: MessageShape, body: Uint8Array): void {
    this.bytes = body;
    this.check(shape, 0, body.length, 0);
  }
}
