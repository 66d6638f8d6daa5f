/**
 * A server with users and a connector at work on it, on a clock that moves only when nobody can go on without it: hours pass in
 * seconds, and exactly the same each time.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { connectDataApi } from '../../../src/filemaker/data-api/connect.ts';
import type { ConnectorEvent } from '../../../src/filemaker/http/events.ts';
import type { openTransport, Transport } from '../../../src/filemaker/http/transport.ts';
import type { Niceness } from '../../../src/core/niceness.ts';
import type { SimulatorOptions } from '../../../src/simulator/description.ts';
import type { ResponseTimes } from '../../../src/simulator/load/users.ts';
import { seededRandom } from '../../../src/simulator/seeded-random.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { VirtualClock } from '../../../src/simulator/virtual-clock.ts';
import { memorySessionSlots } from '../../support/memory/session-slots.ts';
import { account, contacts, never } from './bindings.ts';
import { simulate } from '../../contracts/server/simulated.ts';

/**
 * As the benchmark's LAN: a find page 30 ms and 0.05 ms a row, an edit 12 ms, a create 15 ms. A page has 100 rows here, and takes
 * as long as one of 500.
 */
export const lan: Pick<SimulatorOptions, 'latencyMs' | 'roundTripMs'> = {
  latencyMs: {
    find: { base: 30, perRow: 0.05 },
    list: { base: 30, perRow: 0.25 },
    update: 12,
    create: 15,
    login: 30,
    logout: 5,
  },
};
export const wan = { ...lan, roundTripMs: 60 };

export type Office = {
  readonly processors?: number;
  readonly profile?: typeof wan | typeof lan;
  /** 0: nobody. */
  readonly users?: number;
  readonly thinkMs?: number;
  readonly work: 'none' | 'edits' | 'pages' | 'both';
  readonly niceness?: Niceness;
  readonly sessions?: number;
  readonly forMs: number;
};

export type Day = {
  readonly users: ResponseTimes;
  /** Of the sync, each second. */
  readonly perSecond: number;
  readonly events: readonly ConnectorEvent[];
  readonly openSessions: number;
};

const rows = Array.from({ length: 2_000 }, (_, at) => ({
  PK: `k${at}`,
  Name: 'n',
  Modified: '2026-01-05T09:00:00',
}));

export async function officeHours(office: Office): Promise<Day> {
  const clock = new VirtualClock(Date.parse('2026-11-23T09:00:00Z'));
  const { processors, profile = lan, users = 20, thinkMs = 5_000 } = office;
  await using server = await simulate(rows, { ...profile, ...(processors && { processors }), clock });
  if (users > 0)
    server.control.addUsers({ database: 'Sales', table: 'Contacts', field: 'Name', count: users, thinkMs });
  const events: ConnectorEvent[] = [];
  const connected = connectDataApi({
    name: 'berlin',
    url: server.url,
    account,
    sessions: office.sessions ?? 8,
    niceness: office.niceness ?? 1,
    slots: memorySessionSlots(),
    clock,
    random: seededRandom(3),
    log: (event) => events.push(event),
    open: directTo(server, clock),
    business: () => 0,
    standing: { watch: () => undefined, delayed: () => false },
  });
  const over = new AbortController();
  const done = { records: 0 };
  const table = connected.table(contacts);
  const lanes = office.work === 'none' ? 0 : (office.sessions ?? 8) + 1;
  const work = Array.from({ length: lanes }, (_, lane) =>
    working(table, office.work, lane, over.signal, done),
  );
  const until = clock.now() + office.forMs;
  await passing(clock, () => clock.now() >= until);
  const day = {
    users: server.control.userTimes(),
    perSecond: (done.records * 1000) / office.forMs,
    events,
    openSessions: server.control.stats().openSessions,
  };
  over.abort();
  server.control.removeUsers();
  let isOver = false;
  const ending = async (): Promise<void> => {
    await Promise.all(work);
    await connected.close();
    isOver = true;
  };
  await Promise.all([ending(), passing(clock, () => isOver)]);
  return day;
}

async function passing(clock: VirtualClock, isOver: () => boolean): Promise<void> {
  for (await turn(); !isOver(); await turn()) {
    const ms = clock.untilNext;
    if (ms !== undefined) clock.advance(ms);
  }
}

/** As the writers and readers of the engine do: keys are looked up by the hundred, records edited one by one; pages follow one another. */
async function working(
  table: ReturnType<ReturnType<typeof connectDataApi>['table']>,
  work: Office['work'],
  lane: number,
  over: AbortSignal,
  done: { records: number },
): Promise<void> {
  const pick = seededRandom(100 + lane);
  while (!over.aborted) {
    if (work === 'pages' || (work === 'both' && lane === 0)) {
      const { records } = await table.list({ offset: 0, limit: 100 }, never);
      if (work === 'pages') done.records += 5 * records.length;
      continue;
    }
    const keys = new Set(Array.from({ length: 100 }, () => `k${Math.floor(pick() * rows.length)}`));
    for (const { recordId, modId } of await table.lookUp([...keys], never)) {
      if (over.aborted) return;
      const outcome = await table.update(recordId, modId, { name: `of ${lane}` }, never);
      if (outcome.kind === 'written') done.records += 1;
    }
  }
}

function directTo(server: Simulator, clock: VirtualClock): typeof openTransport {
  const send: Transport['send'] = async ({ method, path, authorization, body = '' }) => {
    const sentAt = clock.now();
    const headers = {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      ...(authorization !== undefined && { authorization }),
    };
    const { outcome, date } = await server.ask({ method, url: `/fmi/data/v2${path}`, headers }, body);
    if (outcome === 'reset') return { kind: 'lost', reason: 'reset' };
    return {
      kind: 'response',
      status: outcome.status,
      contentType: 'application/json',
      date,
      accessToken: outcome.headers?.['X-FM-Data-Access-Token'],
      text: outcome.body.toString(),
      sentAt,
      answeredAt: clock.now(),
    };
  };
  return () => ({
    send,
    stream: noFiles,
    certificateEndsAt: () => undefined,
    close: () => Promise.resolve(),
  });
}

const noFiles = () => Promise.reject(new Error('no files go this way'));
