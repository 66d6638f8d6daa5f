/** A bare OData client for tests: what was sent and what came back, nothing hidden. */
import { Client } from 'undici';
import { expect } from 'vitest';
import { z } from 'zod';
import type {
  DatabaseDescription,
  FieldDescription,
  SimulatorOptions,
  TableDescription,
} from '../../src/simulator/description.ts';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { VirtualClock } from '../../src/simulator/virtual-clock.ts';

export type ODataReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** Parsed, where it is JSON. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Of an error. */
  readonly code: string | undefined;
};

export type ODataSent = {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Sent as it is instead of `body`. */
  readonly raw?: string | Buffer;
};

export type ODataBench = {
  readonly server: Simulator;
  readonly clock: VirtualClock;
  /** Below `/fmi/odata/v4/Main`, by `sync:sync`. The path goes out as it stands. */
  readonly call: (method: string, path: string, sent?: ODataSent) => Promise<ODataReply>;
  /** The rows of a GET that succeeds. */
  readonly rows: (path: string, headers?: Readonly<Record<string, string>>) => Promise<readonly unknown[]>;
};

export const odataStart = new Date('2026-11-23T12:00:00Z').getTime();
export const basic = (account: string): string => `Basic ${Buffer.from(account).toString('base64')}`;

const errorBody = z.object({ error: z.object({ code: z.string() }) });
const collection = z.object({ value: z.array(z.unknown()) });

const open: Simulator[] = [];

export const closeOData = async (): Promise<void> => {
  await Promise.all(open.splice(0).map((server) => server.close()));
};

/** `path` is what follows the host. */
export async function send(
  server: Simulator,
  method: string,
  path: string,
  { headers = {}, body, raw }: ODataSent = {},
): Promise<ODataReply> {
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const client = new Client(server.url);
  const reply = await client.request({
    path,
    method,
    headers: {
      authorization: basic('sync:sync'),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: payload ?? null,
  });
  const text = await reply.body.text();
  await client.close();
  const json = jsonOf(text);
  return {
    status: reply.statusCode,
    headers: reply.headers,
    text,
    json: z.record(z.string(), z.unknown()).safeParse(json).data ?? {},
    code: errorBody.safeParse(json).data?.error.code,
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

/** A server with one file Main, and the account sync/sync. */
export async function odataBench(
  tables: readonly TableDescription[],
  options: Partial<SimulatorOptions> = {},
  database: Partial<DatabaseDescription> = {},
): Promise<ODataBench> {
  const clock = new VirtualClock(odataStart);
  const layouts = tables.map(({ name }) => ({ name, table: name }));
  const server = await startSimulator({
    clock,
    seed: 1,
    accounts: [{ name: 'sync', password: 'sync' }],
    databases: [{ name: 'Main', tables, layouts, ...database }],
    ...options,
  });
  open.push(server);
  const call: ODataBench['call'] = (method, path, sent) =>
    send(server, method, `/fmi/odata/v4/Main${path}`, sent);
  const rows: ODataBench['rows'] = async (path, headers = {}) => {
    const reply = await call('GET', path, { headers });
    expect(reply).toMatchObject({ status: 200 });
    return collection.parse(reply.json).value;
  };
  return { server, clock, call, rows };
}

export const people: readonly FieldDescription[] = [
  { name: 'PrimaryKey', type: 'text', autoEnter: 'uuid', validation: { notEmpty: true, unique: true } },
  { name: 'name', type: 'text' },
  { name: 'First Name', type: 'text' },
  { name: 'age', type: 'number' },
  { name: 'born', type: 'date' },
  { name: 'seen', type: 'timestamp' },
  { name: 'wakes', type: 'time' },
  { name: 'photo', type: 'container' },
  {
    name: 'label',
    type: 'text',
    kind: 'calculation',
    calculation: { join: ['name', 'PrimaryKey'], separator: '/' },
  },
  { name: 'changed', type: 'timestamp', autoEnter: 'modifiedAt' },
];

export const three: readonly Readonly<Record<string, string | number>>[] = [
  {
    PrimaryKey: 'a',
    name: 'Ada',
    'First Name': 'Ada L.',
    age: 36,
    born: '1815-12-10',
    seen: '2026-01-02T10:00:00',
    changed: '2026-01-01T00:00:00',
  },
  {
    PrimaryKey: 'b',
    name: 'Bo',
    age: 0.5,
    born: '1990-02-03',
    seen: '2026-03-04T11:30:00',
    wakes: '06:30:00',
    changed: '2026-01-01T00:00:00',
  },
  { PrimaryKey: "o'c", name: 'cy', changed: '2026-01-02T00:00:00' },
];

/** The table People of three. */
export const peopleBench = (
  options: Partial<SimulatorOptions> = {},
  database: Partial<DatabaseDescription> = {},
): Promise<ODataBench> => odataBench([{ name: 'People', fields: people, rows: three }], options, database);
