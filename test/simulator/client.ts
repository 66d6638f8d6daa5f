/** A bare client of the Data API for tests: what was sent and what came back, nothing hidden. */
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import type { FieldDescription, SimulatorOptions } from '../../src/simulator/description.ts';
import { VirtualClock } from '../../src/simulator/virtual-clock.ts';
import { z } from 'zod';

const envelope = z.looseObject({
  response: z.record(z.string(), z.unknown()),
  messages: z.array(z.object({ code: z.string(), message: z.string() })),
});

export type Reply = {
  readonly status: number;
  readonly code: string | undefined;
  readonly response: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
  readonly text: string;
};

export type Sent = {
  readonly token?: string;
  readonly body?: unknown;
  /** Sent as it is instead of `body`. */
  readonly raw?: string | FormData;
  readonly headers?: Readonly<Record<string, string>>;
};

export class Client {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async send(method: string, path: string, sent: Sent = {}): Promise<Reply> {
    const { token, body, raw } = sent;
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const reply = await fetch(path.startsWith('http') ? path : `${this.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(payload === undefined || payload instanceof FormData
          ? {}
          : { 'Content-Type': 'application/json' }),
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...sent.headers,
      },
      ...(payload === undefined ? {} : { body: payload }),
    });
    return readReply(reply);
  }

  async login(account = 'sync:sync', database = 'Main'): Promise<string> {
    const reply = await this.tryLogin(account, database);
    return z.string().parse(reply.response['token']);
  }

  tryLogin(account = 'sync:sync', database = 'Main'): Promise<Reply> {
    const headers = { Authorization: `Basic ${btoa(account)}` };
    return this.send('POST', `/fmi/data/v2/databases/${database}/sessions`, { body: {}, headers });
  }
}

async function readReply(reply: Response): Promise<Reply> {
  const text = await reply.text();
  const isJson = reply.headers.get('content-type')?.startsWith('application/json') ?? false;
  const parsed = envelope.safeParse(isJson ? jsonOf(text) : undefined);
  return {
    status: reply.status,
    code: parsed.data?.messages[0]?.code,
    response: parsed.data?.response ?? {},
    headers: reply.headers,
    text,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const recordSchema = z.object({
  fieldData: z.record(z.string(), z.unknown()),
  portalData: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
  recordId: z.string(),
  modId: z.string(),
});
export type ReadRecord = z.infer<typeof recordSchema>;

export const recordsOf = (reply: Reply): readonly ReadRecord[] =>
  z.array(recordSchema).parse(reply.response['data']);

export const start = new Date('2026-11-23T12:00:00Z').getTime();
export const layout = '/fmi/data/v2/databases/Main/layouts/Things';

export type Bench = {
  readonly server: Simulator;
  readonly client: Client;
  readonly clock: VirtualClock;
  readonly token: string;
  /** Calls on the layout Things with the token. */
  readonly call: (method: string, path: string, body?: unknown) => Promise<Reply>;
};

/** Servers that are still to be closed. */
const open: Simulator[] = [];

export const closeAll = async (): Promise<void> => {
  await Promise.all(open.splice(0).map((server) => server.close()));
};

/** A server with one file Main, one table and layout Things of these fields, and the account sync/sync. */
export async function bench(
  fields: readonly FieldDescription[],
  rows: readonly Readonly<Record<string, string | number>>[] = [],
  options: Partial<SimulatorOptions> = {},
): Promise<Bench> {
  return benchOf({
    databases: [
      {
        name: 'Main',
        tables: [{ name: 'Things', fields, rows }],
        layouts: [{ name: 'Things', table: 'Things' }],
      },
    ],
    ...options,
  });
}

export async function benchOf(
  options: Partial<SimulatorOptions> & Pick<SimulatorOptions, 'databases'>,
): Promise<Bench> {
  const clock = new VirtualClock(start);
  const accounts = [{ name: 'sync', password: 'sync' }];
  const server = await startSimulator({ clock, seed: 1, accounts, ...options });
  open.push(server);
  const client = new Client(server.url);
  const token = await client.login();
  const call = (method: string, path: string, body?: unknown) =>
    client.send(method, `${layout}${path}`, { token, ...(body === undefined ? {} : { body }) });
  return { server, client, clock, token, call };
}

export const text = (name: string): FieldDescription => ({ name, type: 'text' });
