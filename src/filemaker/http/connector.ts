/** Connections to one server; those over TLS tell when the certificate that it showed ends. */
import { TLSSocket } from 'node:tls';
import { buildConnector } from 'undici';
import type { EpochMs } from '../../core/names.ts';

export type ConnectorOptions = {
  readonly build: buildConnector.BuildOptions;
  /** Told of the certificate of each connection that was made. */
  readonly endsAt: (instant: EpochMs) => void;
};

export function connectorOf({ build, endsAt }: ConnectorOptions): buildConnector.connector {
  const connect = buildConnector(build);
  return (options, callback) =>
    connect(options, (...[error, socket]) => {
      if (error !== null) {
        callback(error, null);
        return;
      }
      const instant = endOf(socket);
      if (instant !== undefined) endsAt(instant);
      callback(null, socket);
    });
}

/** Of the server's own certificate, not of those that signed it. */
function endOf(socket: unknown): EpochMs | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const instant = Date.parse(socket.getPeerCertificate().valid_to);
  return Number.isNaN(instant) ? undefined : instant;
}
