import type { ReceiverOptions } from '../protocol/engineApi.ts';
import type { Params } from './params.ts';

const MAX_BODY_BYTES = 2 ** 31 - 1;
const MAX_ALLOWED_HOSTS = 100;
const MAX_ADDRESSES = 32;
const REACHES = ['thisMachine', 'containers'] as const;
const MAX_CONNECTIONS = 100_000;

/** The parameters of `receiver/start`. Throws `ProtocolError` (`invalid`) where they have another shape. */
export function receiverOptions(params: Params): ReceiverOptions {
  return {
    httpPort: params.integer('httpPort', 0, 65_535),
    grpcPort: params.integer('grpcPort', 0, 65_535),
    maxBodyBytes: params.integer('maxBodyBytes', 1, MAX_BODY_BYTES),
    allowedHosts: params.texts('allowedHosts', MAX_ALLOWED_HOSTS),
    ...(params.has('reach') && {
      reach: params.isList('reach') ? params.texts('reach', MAX_ADDRESSES) : params.oneOf('reach', REACHES),
    }),
    ...(params.has('connections') && { connections: params.integer('connections', 1, MAX_CONNECTIONS) }),
    ...(params.has('inFlightBytes') && {
      inFlightBytes: params.integer('inFlightBytes', 1, Number.MAX_SAFE_INTEGER),
    }),
  };
}
