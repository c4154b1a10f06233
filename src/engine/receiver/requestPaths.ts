import type { OtlpSignal } from '../../core/otlp/responses.ts';

/** What a path is for. `guess`: the address carries no signal, the body tells. `known` is false for a path we only understand by its end. */
export type Route =
  | { readonly format: 'otlp'; readonly signal: OtlpSignal | 'guess'; readonly known: boolean }
  | { readonly format: 'zipkin' }
  /** The older form, which is not taken. */
  | { readonly format: 'zipkinV1' };

/**
 * Addresses under which tracing back ends take OTLP, so that a program pointed here by changing only its host still
 * arrives: Langfuse, LangSmith and W&B Weave, Opik, Openlayer, Gentrace. Phoenix, Traceloop and MLflow use OTLP's own.
 */
const BASES: ReadonlySet<string> = new Set([
  '',
  '/api/public/otel',
  '/otel',
  '/api/v1/private/otel',
  '/v1/otel',
  '/api/otel',
]);
/** Of Zipkin's collector; also below a prefix, as its proxies have it. */
const ZIPKIN_END = /(?:^|\/)api\/v([12])\/spans$/;
const SIGNAL_END = /^(.*)\/v1\/(traces|logs|metrics)$/;

/**
 * The route of a normalized path; undefined when it is none of ours. Any prefix is allowed in front of `/v1/traces`,
 * `/v1/logs` and `/v1/metrics`: what is meant is plain, and a proxy's or vendor's prefix is no reason to lose data.
 */
export function routeOf(path: string): Route | undefined {
  if (path === '/' || BASES.has(path)) return { format: 'otlp', signal: 'guess', known: true };
  const zipkin = ZIPKIN_END.exec(path);
  if (zipkin !== null) return { format: zipkin[1] === '1' ? 'zipkinV1' : 'zipkin' };
  const match = SIGNAL_END.exec(path);
  if (match === null) return undefined;
  return { format: 'otlp', signal: match[2] as OtlpSignal, known: BASES.has(match[1] ?? '') };
}

/**
 * The path alone: proxies are sent whole addresses (RFC 9112, 3.2.2), and doubled or trailing slashes come from
 * endpoints that end in one.
 */
export function normalPath(url: string): string {
  const path = url
    .replace(/^https?:\/\/[^/?#]*/i, '')
    .replace(/[?#].*$/, '')
    .replace(/\/{2,}/g, '/');
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path || '/';
}
