/** Lambda's Invoke over HTTP, to which the emulator hands what it is asked. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Invocation } from './function-version.ts';

export type InvokeCalls = {
  /** Throws where there is no such function. */
  readonly invoke: (functionName: string, event: unknown) => Promise<Invocation>;
  /** The same for an event that nobody waits for. */
  readonly invokeLater: (functionName: string, event: unknown) => void;
};

export const invokeServer = (calls: InvokeCalls): Server =>
  createServer((incoming, outgoing) => {
    serve(calls, incoming, outgoing).catch((error: unknown) => {
      answerFailure(outgoing, { errorType: 'HostError', errorMessage: String(error) });
    });
  });

async function serve(calls: InvokeCalls, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const name = /\/functions\/([^/]+)\/invocations/.exec(incoming.url ?? '')?.[1];
  if (name === undefined) return void outgoing.writeHead(404).end();
  const functionName = decodeURIComponent(name);
  const event = await json(incoming);
  if (incoming.headers['x-amz-invocation-type'] === 'Event') {
    calls.invokeLater(functionName, event);
    return void outgoing.writeHead(202).end();
  }
  const invocation = await calls.invoke(functionName, event);
  if (invocation.kind === 'failed') return answerFailure(outgoing, invocation.error);
  outgoing.end(JSON.stringify(invocation.result ?? null));
}

function answerFailure(outgoing: ServerResponse, error: object): void {
  outgoing.writeHead(200, { 'x-amz-function-error': 'Unhandled' });
  outgoing.end(JSON.stringify(error));
}
