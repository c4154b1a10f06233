import { METRICS_REQUEST } from './messageShapes.ts';
import { WireReader } from './wireReader.ts';

/** Checks metric exports and counts their data points; nothing of them is kept. */
export class MetricsReader extends WireReader {
  /**
   * Data points of all kinds in an `ExportMetricsServiceRequest`.
   * @throws OtlpDecodeError when the body is malformed.
   */
  countDataPoints(body: Uint8Array): number {
    this.bytes = body;
    this.counted = 0;
    try {
      this.check(METRICS_REQUEST, 0, body.length, 0);
      return this.counted;
    } finally {
      this.bytes = new Uint8Array(0);
    }
  }
}
