/** An error of AWS that a test orders, in the form of the service that is asked. */
import type { ServerResponse } from 'node:http';

export type Refusal = {
  readonly kind: 'refuse';
  /** As the service names it: `ProvisionedThroughputExceededException`, `ThrottlingException`, `SlowDown`. */
  readonly code: string;
  /** Default 400. */
  readonly status?: number;
};

export function refuse(outgoing: ServerResponse, service: string, { code, status = 400 }: Refusal): void {
  if (service === 's3') {
    outgoing.writeHead(status, { 'Content-Type': 'application/xml' });
    outgoing.end(`<Error><Code>${code}</Code><Message>ordered by the test</Message></Error>`);
    return;
  }
  outgoing.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.0', 'x-amzn-errortype': code });
  outgoing.end(JSON.stringify({ __type: code, message: 'ordered by the test' }));
}
