import { isIPv4, isIPv6 } from 'node:net';
import { GRPC_STATUS, refusal } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import { plainText } from './senderName.ts';

/** Names under which containers and virtual machines reach their host. */
const CONTAINER_HOST_NAMES = new Set(['host.docker.internal', 'host.containers.internal', 'host.lima.internal']);
const SINGLE_LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * Whether a web page of this origin may talk to the receiver: only pages served from loopback. Every browser sends
 * Origin with a POST, so a page of any other site, and a sandboxed one (`null`), is told apart from a program.
 */
export function isLoopbackOrigin(origin: string): boolean {
  const match = /^https?:\/\/([^/@?#]+)$/i.exec(origin);
  const host = match?.[1] === undefined ? undefined : hostName(match[1]);
  return host !== undefined && isLoopbackName(withoutRootDot(host));
}

/**
 * Whether a Host or `:authority` may be served. A page that lets its own name resolve to 127.0.0.1 (DNS rebinding) is
 * same-origin with us and sends no foreign Origin with a GET, but its name is a public one: those have a dot.
 */
export function isAllowedHost(authority: string, allowedHosts: ReadonlySet<string>): boolean {
  // node:http2's client writes IPv6 addresses without brackets.
  if (isIPv6(authority) || isIPv6(authority.replace(/:\d{1,5}$/, ''))) return true;
  const host = hostName(authority);
  if (host === undefined) return false;
  const name = withoutRootDot(host);
  return (
    isLoopbackName(name) ||
    isIPv4(name) ||
    isIPv6(name) ||
    // Not with its dot: that is a top-level domain, which a page can come from.
    SINGLE_LABEL.test(host) ||
    CONTAINER_HOST_NAMES.has(name) ||
    allowedHosts.has(name)
  );
}

/**
 * The rules every request passes before anything else of it is looked at, over HTTP and gRPC alike.
 * `undefined`: let it in.
 */
export function checkCaller(
  origin: string | undefined,
  authority: string | undefined,
  allowedHosts: ReadonlySet<string>,
): Refusal | undefined {
  if (origin !== undefined && !isLoopbackOrigin(origin)) {
    return refusal(
      'forbidden',
      403,
      GRPC_STATUS.permissionDenied,
      `The web page ${plainText(origin, 80)} may not send here; only pages served from localhost may.`,
    );
  }
  if (authority === undefined || authority === '') {
    return refusal('malformed', 400, GRPC_STATUS.invalidArgument, 'The request has no Host header.');
  }
  if (!isAllowedHost(authority, allowedHosts)) {
    return refusal(
      'forbidden',
      403,
      GRPC_STATUS.permissionDenied,
      `The host name ${plainText(authority, 80)} is not served here. Send to localhost, or add the name to ` +
        'the setting spanline.receiver.allowedHosts.',
    );
  }
  return undefined;
}

/** Lower-case name of `host[:port]` or `[v6][:port]`, without brackets; undefined when it is neither. */
function hostName(authority: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]/@?#]+))(?::\d{1,5})?$/i.exec(authority.trim());
  if (match === null) return undefined;
  if (match[1] !== undefined) return isIPv6(match[1]) ? match[1].toLowerCase() : undefined;
  return match[2]?.toLowerCase();
}

/** `localhost.` is `localhost`: one dot at the end stands for the root of the name tree. */
export function withoutRootDot(host: string): string {
  return host.replace(/\.$/, '');
}

function isLoopbackName(host: string): boolean {
  if (host === 'localhost' || host === 'localhost.localdomain' || host.endsWith('.localhost')) return true;
  if (isIPv4(host)) return host.startsWith('127.');
  return host === '::1' || host === '0:0:0:0:0:0:0:1';
}
