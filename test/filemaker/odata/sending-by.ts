/** A transport whose requests go through the hands of a test. */
import { openTransport } from '../../../src/filemaker/http/transport.ts';

export type Send = ReturnType<typeof openTransport>['send'];

export const sendingBy =
  (by: (send: Send) => Send): typeof openTransport =>
  (options) => {
    const transport = openTransport(options);
    return { ...transport, send: by((request, signal) => transport.send(request, signal)) };
  };
