/**
 * A proxy on loopback between the functions' processes and the emulator. Each process signs with an access key of its
 * own, so that every request is recorded with the function and the sandbox that made it. Hooks see a request before it
 * goes on and may have it refused or cut.
 */
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { close, listen } from '../free-port.ts';
import { type NamedRequest, nameRequest } from './named-request.ts';
import { type Refusal, refuse } from './refusal.ts';

/** Who signs with an access key. */
export type Signer = { readonly functionName: string; readonly sandbox: number };

export type RecordedRequest = Signer & NamedRequest;

export type Cut = {
  readonly kind: 'cut';
  /** Before the emulator sees the request, or when it has done the work and the answer is lost. */
  readonly when: 'before' | 'after';
  /** Called as the connection is broken. */
  readonly atCut?: () => void;
};

export type Verdict = 'pass' | Refusal | Cut;

export type Hook = (seen: RecordedRequest) => Verdict;

export class Recorder implements AsyncDisposable {
  readonly url: string;
  readonly #server: Server;
  readonly #signers = new Map<string, Signer>();
  readonly #hooks = new Set<Hook>();
  #recorded: RecordedRequest[] = [];

  constructor(server: Server, port: number) {
    this.#server = server;
    // Not localhost: where the endpoint is an IP address, the SDK puts a bucket's name into the path.
    this.url = `http://127.0.0.1:${port}`;
  }

  get requests(): readonly RecordedRequest[] {
    return this.#recorded;
  }

  /** How often each operation was asked for, of one function or of all. */
  counts(functionName?: string): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { functionName: by, operation } of this.#recorded)
      if (functionName === undefined || by === functionName) counts[operation] = (counts[operation] ?? 0) + 1;
    return counts;
  }

  forget(): void {
    this.#recorded = [];
  }

  /** The access key with which this signer's requests are told from others'. */
  accessKeyOf(signer: Signer): string {
    const key = `SANDBOX${this.#signers.size}`;
    this.#signers.set(key, signer);
    return key;
  }

  signerOf(accessKey: string): Signer {
    return this.#signers.get(accessKey) ?? { functionName: `access key ${accessKey}`, sandbox: 0 };
  }

  /** For what AWS itself does with a role of ours, as a schedule that invokes. */
  add(recorded: RecordedRequest): void {
    this.#recorded.push(recorded);
  }

  /** Returns what takes the hook off again. The first hook that does not pass decides. */
  hook(hook: Hook): () => void {
    this.#hooks.add(hook);
    return () => void this.#hooks.delete(hook);
  }

  verdictOn(seen: RecordedRequest): Verdict {
    for (const hook of this.#hooks) {
      const verdict = hook(seen);
      if (verdict !== 'pass') return verdict;
    }
    return 'pass';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await close(this.#server);
  }
}

export async function startRecorder(emulatorUrl: string): Promise<Recorder> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, outgoing) => {
    serve(recorder, { emulatorUrl, agent }, incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.once('close', () => agent.destroy());
  const recorder = new Recorder(server, await listen(server));
  return recorder;
}

type Emulation = { readonly emulatorUrl: string; readonly agent: Agent };

async function serve(
  recorder: Recorder,
  emulation: Emulation,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { accessKey, service } = scopeOf(incoming);
  const target = incoming.headers['x-amz-target']?.toString();
  const body = target === undefined ? undefined : await text(incoming);
  const { method = 'GET', url = '/' } = incoming;
  const named = nameRequest({ service, method, url, target, body: body ?? '' });
  const seen = { ...recorder.signerOf(accessKey), ...named };
  recorder.add(seen);
  const verdict = recorder.verdictOn(seen);
  if (verdict !== 'pass' && verdict.kind === 'refuse') {
    incoming.resume();
    return refuse(outgoing, service, verdict);
  }
  if (verdict !== 'pass' && verdict.when === 'before') return cut(outgoing, verdict);
  const answer = await forward(emulation, incoming, body);
  if (verdict !== 'pass') {
    answer.resume();
    return cut(outgoing, verdict);
  }
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
  await pipeline(answer, outgoing);
}

function cut(outgoing: ServerResponse, { atCut }: Cut): void {
  atCut?.();
  outgoing.destroy();
}

/** `Host` stays as it is: the emulator makes the URLs of queues from it. */
async function forward(
  { emulatorUrl, agent }: Emulation,
  incoming: IncomingMessage,
  body: string | undefined,
): Promise<IncomingMessage> {
  const { method = 'GET', url = '/' } = incoming;
  const { expect: _answeredByUs, ...headers } = incoming.headers;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const outgoing = request(`${emulatorUrl}${url}`, { method, headers, agent }, resolve).once('error', reject);
  if (body === undefined) await pipeline(incoming, outgoing);
  else outgoing.end(body);
  return promise;
}

/** `AWS4-HMAC-SHA256 Credential=KEY/20260101/eu-west-1/dynamodb/aws4_request, …` */
function scopeOf(incoming: IncomingMessage): { readonly accessKey: string; readonly service: string } {
  const credential = /Credential=([^,\s]+)/.exec(incoming.headers.authorization ?? '')?.[1] ?? '';
  const [accessKey = '', _day, _region, service = ''] = credential.split('/');
  return { accessKey, service };
}
