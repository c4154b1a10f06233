import { trace } from '@opentelemetry/api';

const tracer = trace.getTracer('notify.mailer');

export class Mailer {
  static #SEND = 'mail.send';

  async send(to) {
    return tracer.startActiveSpan(Mailer.#SEND, async (span) => { // span: mail.send
      try {
        const html = await this.#render(to);
        await this.#push(to, html);
        return { to, size: html.length };
      } catch (error) {
        span.recordException(error);
        return { to, error: error.message };
      } finally {
        span.end();
      }
    });
  }

  async #render(to) {
    return tracer.startActiveSpan('mail.render', (span) => { // span: mail.render
      span.end();
      return `<p>Dear ${to}</p>`;
    });
  }

  async #push(to, html) {
    if (to.includes('@nowhere')) throw new Error(`no server for ${to}`);
    await fetch(process.env.SINK_URL, { method: 'PUT', body: html }); // span: PUT
  }
}
