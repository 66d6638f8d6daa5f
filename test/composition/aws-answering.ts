/** An AWS on loopback that answers what a test says, half of it, nothing at all, or hangs up. */
import { once } from 'node:events';
import { createServer } from 'node:http';

export type Answer = { readonly status: number; readonly body: unknown } | 'nothing' | 'half' | 'hang-up';

export type AwsAnswering = {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
};

/** `answerTo`: the answer to the first request, the second, and so on. */
export async function awsAnswering(answerTo: (count: number) => Answer): Promise<AwsAnswering> {
  let count = 0;
  const server = createServer((request, response) => {
    request.resume();
    const answer = answerTo((count += 1));
    if (answer === 'nothing') return;
    if (answer === 'hang-up') return void request.socket.destroy();
    if (answer === 'half') return void response.writeHead(200, { 'content-length': 9 }).write('{');
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
