import type { Socket } from 'node:net';
import type { Intake } from './intake.ts';
import { GRPC_STATUS, refusal } from './refusal.ts';

/** Answers TLS hellos by closing, and tells who sent them and what to do about it. */
export class TlsRefusal {
  readonly #intake: Intake;

  constructor(intake: Intake) {
    this.#intake = intake;
  }

  /** The connection stays open, unread, while its owner is looked up: afterwards the system no longer knows it. */
  handle(socket: Socket): void {
    const { localPort } = socket;
    const report = (owner: string | undefined): void => {
      socket.destroy();
      this.#intake.refused(
        refusal(
          'tls',
          400,
          GRPC_STATUS.unavailable,
          `TLS was sent to port ${localPort ?? 'unknown'}, which takes plain HTTP and gRPC. Use an http:// endpoint ` +
            '(OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:…), or OTEL_EXPORTER_OTLP_INSECURE=true.',
        ),
        owner ?? 'a sender that cannot be named',
      );
    };
    void this.#intake.lookup.find(socket).then(report);
  }
}
