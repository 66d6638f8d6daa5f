/**
 * What a run or the state comes to: one value that is both the JSON on the last line and the source of the text.
 *
 *   R9  No record content: keys of parked records are shown by `status`, values nowhere.
 */
import type { Configuration, ServerConfiguration } from '../config/configuration.ts';
import type { Api } from '../core/api.ts';
import type { Interval } from '../core/interval.ts';
import { lagMs, skewMs } from '../core/lag.ts';
import type { EpochMs, ServerName, TableName } from '../core/names.ts';
import type { ClockState } from '../core/clock-state.ts';
import { type AccountView, unseenOf } from '../core/account-view.ts';
import type { Meeting } from '../core/first-meeting.ts';
import type { Role } from '../core/link.ts';
import { answersTo, type Halt, type HaltAnswer, type HaltKind, meetingId } from '../core/halt.ts';
import type { WebhookState } from '../core/webhook.ts';
import { type ServerData, serverData } from './data-use.ts';
import { isWoken } from './webhooks/standing.ts';
import { hostOffset, offZoneMs, stampingOffset } from '../core/server-clock.ts';
import { behindMs } from '../core/user-clock.ts';
import type { Control } from '../ports/control.ts';
import type { PlaceName } from '../engine/engine.ts';
import { leftPlaces } from '../engine/leave.ts';
import { type WaitingChildren, waitingChildren } from '../engine/waiting.ts';
import { type DoubledIn, doubledIn } from './doubled.ts';
import { isConfiguredIn } from './engine-of.ts';
import type { Records } from '../ports/records.ts';

import { type PausedPlace, pausedIn, Standstills, waitingSince } from './paused-places.ts';

export type ServerState = {
  readonly server: ServerName;
  readonly api: Api;
  /** Whether its webhooks are to tell of changes, beside the schedule. */
  readonly wake: ServerConfiguration['wake'];
  /** Keys that wait to be delivered there. */
  readonly pending: number;
  readonly lagMs: number;
  /** Server minus this machine, ms; absent until it was measured. */
  readonly clockOffsetMs?: Interval;
  readonly clockMeasuredAt?: EpochMs;
  /** How far it stamps records off its own clock, ms; absent where it does not: its configured zone is wrong. */
  readonly stampsOffMs?: number;
  readonly clockStep?: { readonly byMs: number; readonly at: EpochMs };
  /** What it sent. */
  readonly data: ServerData;
};

export type TableState = {
  readonly table: TableName;
  readonly records: number;
  readonly servers: readonly {
    readonly server: ServerName;
    readonly role: Role;
    /** It gets a share of the records: `records` are those in it. */
    readonly hasShare?: true;
    /** Records that we know the server to hold. */
    readonly records: number;
    /** Reference time up to which its changes are in. */
    readonly readUpTo?: EpochMs;
    /** When a pause of it, or a window of maintenance, ended last. */
    readonly wentOnAt?: EpochMs;
    readonly usersClockBehindMs: number;
    readonly meeting?: Meeting['state'];
    /** Records outside its share that are removed there, as a person approved. */
    readonly leaving?: number;
    /** Records that its account sees, of how many that the server says there are, as last listed; absent where it sees all. */
    readonly account?: Pick<AccountView, 'seen' | 'total' | 'at'>;
  }[];
};

export type Overview = {
  readonly servers: readonly ServerState[];
  readonly tables: readonly TableState[];
  /** Between servers: how far the first's clock is ahead of the second's, ms. */
  readonly skewMs: readonly { readonly of: ServerName; readonly against: ServerName; readonly ms: number }[];
  readonly pending: number;
  readonly conflicts: number;
  /** Fields that wait for a person's choice. */
  readonly held: number;
  readonly parked: number;
  /** Of `pending`: records that wait for their parents, by `after`. */
  readonly waiting: readonly WaitingChildren[];
  readonly halted: readonly HaltedPlace[];
  /** What is not in the configuration any more, and is kept until it is forgotten. */
  readonly left: readonly PlaceName[];
  /** Values that should be of one record each, and are held by several. */
  readonly doubled: readonly DoubledIn[];
  /** What is known of the webhooks of servers that call, or did. */
  readonly webhooks: readonly WebhookState[];
  /** What is neither read nor written now. */
  readonly paused: readonly PausedPlace[];
};

export type HaltedPlace = {
  readonly table: TableName;
  readonly server: ServerName;
  /** What a person types to answer. */
  readonly id: string;
  readonly why: 'first-meeting' | HaltKind;
  /** Of the server; absent: it is not known any more. By it a table is a layout, or a table. */
  readonly api?: Api;
  /** What was seen, in numbers. */
  readonly figures: Halt['figures'];
  /** Those that it is about, where it is about some. */
  readonly fields?: Halt['fields'];
  /** The answers that make sense to it. */
  readonly answers: readonly HaltAnswer['what'][];
  /** A person has answered, and it is not carried out yet. */
  readonly answer?: HaltAnswer['what'];
  /** What is wrong with the layout, so that the answer waits. */
  readonly drift?: Halt['drift'];
};

export async function overviewOf(
  configuration: Configuration,
  { control, records }: { readonly control: Control; readonly records: Records },
  now: EpochMs,
): Promise<Overview> {
  const servers = await serverStates(configuration, control, now);
  const stands = await Standstills.read(configuration, control, now);
  const tables = await Promise.all(
    configuration.tables.map((table) => tableState(table, { control, records, stands }, now)),
  );
  return {
    servers,
    tables,
    skewMs: skewsOf(servers),
    pending: servers.reduce((sum, { pending }) => sum + pending, 0),
    conflicts: await control.countConflicts(),
    held: await control.countOpenConflicts(),
    parked: await control.countParked(),
    waiting: await waitingIn(configuration, control),
    halted: await haltedIn(configuration, control),
    left: await leftPlaces({ control, isConfigured: isConfiguredIn(configuration) }),
    doubled: await doubledIn(configuration, control),
    webhooks: await webhooksOn(configuration, control),
    paused: await pausedIn(configuration, control, stands),
  };
}

/** Where no server calls nothing is asked of the state. */
const webhooksOn = async (
  { servers }: Configuration,
  control: Pick<Control, 'webhookStates'>,
): Promise<readonly WebhookState[]> => (servers.some(isWoken) ? control.webhookStates() : []);

/** Nobody waits where no table comes after another. */
const waitingIn = async (
  { tables }: Configuration,
  control: Pick<Control, 'openBatches'>,
): Promise<readonly WaitingChildren[]> => {
  const children = tables.filter(({ after }) => after.length > 0);
  const servers = children.flatMap(({ links }) => links.map(({ server }) => server));
  return waitingChildren(control, [...new Set(servers)]);
};

const leavingFigures = (leaving: Meeting['leaving']): Halt['figures'] =>
  leaving === undefined ? {} : { leaving: leaving.records, rows: leaving.rows, limit: leaving.limit };

/** In the order of the configuration. */
export async function haltedIn(
  { tables }: Configuration,
  control: Pick<Control, 'meetings' | 'halts'>,
): Promise<readonly HaltedPlace[]> {
  const [meetings, halts] = await Promise.all([control.meetings(), control.halts()]);
  const roleOf = (table: TableName, server: ServerName): Role => {
    const links = tables.find(({ name }) => name === table)?.links;
    return links?.find((link) => link.server === server)?.role ?? 'both';
  };
  const all: readonly HaltedPlace[] = [
    ...meetings.flatMap(({ table, server, state, shared, differing, leaving }) =>
      state === 'halted'
        ? {
            table,
            server,
            id: meetingId({ table, server }),
            why: 'first-meeting' as const,
            figures: { shared, differing, ...leavingFigures(leaving) },
            answers: ['approve'] as const,
          }
        : [],
    ),
    ...halts.map(({ table, server, id, kind, figures, fields, answer, drift }) => ({
      table,
      server,
      id,
      why: kind,
      figures,
      answers: answersTo(kind, roleOf(table, server)),
      ...(fields && { fields }),
      ...(answer && { answer: answer.what }),
      ...(drift && { drift }),
    })),
  ];
  return tables.flatMap(({ name, links }) =>
    links.flatMap(({ server, api }) =>
      all.filter((one) => one.table === name && one.server === server).map((one) => ({ ...one, api })),
    ),
  );
}

/** It ends by itself, or is known to be none, once the server was asked: no person is needed for it yet. */
export const isAskedFirst = ({ why, figures, drift }: HaltedPlace): boolean =>
  why === 'migration' || (why === 'moved' && figures['asked'] === undefined && drift === undefined);

/** Without counting any records: a few requests whatever the size. */
export async function serverStates(
  configuration: Configuration,
  control: Control,
  now: EpochMs,
): Promise<readonly ServerState[]> {
  const backlog = await control.backlog();
  const stands = await Standstills.readForLag(configuration, control, now);
  return Promise.all(
    configuration.servers.map(async (server): Promise<ServerState> => {
      const { name, api, wake } = server;
      const waiting = backlog.get(name);
      const [clock, data] = await Promise.all([control.clock(name), serverData(server, control, now)]);
      const stampsOffMs = clock && offZoneMs(clock);
      return {
        server: name,
        api,
        wake,
        pending: waiting?.keys ?? 0,
        data,
        lagMs: lagMs(await oldestOf(configuration, control, name, stands, waiting?.oldestChangeAt), now),
        ...(clock && { clockOffsetMs: shownOffset(clock, now), clockMeasuredAt: clock.measuredAt }),
        ...(stampsOffMs !== undefined && { stampsOffMs }),
        ...(clock?.step && { clockStep: clock.step }),
      };
    }),
  );
}

/** The oldest change that may be delivered; rows are looked through only where a pause says something of them. */
async function oldestOf(
  { tables }: Configuration,
  control: Control,
  server: ServerName,
  stands: Standstills,
  oldest: EpochMs | undefined,
): Promise<EpochMs | undefined> {
  if (oldest === undefined) return undefined;
  const isTold = tables.some(
    ({ name }) => stands.at(name, server) !== undefined || stands.lastEnd(name, server) > oldest,
  );
  return isTold ? waitingSince(control, server, stands) : oldest;
}

/** What stamps by another zone says nothing of the clock. */
const shownOffset = (clock: ClockState, now: EpochMs): Interval =>
  offZoneMs(clock) === undefined ? stampingOffset(clock, now) : hostOffset(clock, now);

async function tableState(
  { name, links }: Configuration['tables'][number],
  {
    control,
    records,
    stands,
  }: { readonly control: Control; readonly records: Records; readonly stands: Standstills },
  now: EpochMs,
): Promise<TableState> {
  const counted = await records.count(name);
  const servers = links.map(async ({ server, role, share }) => {
    const watermark = await control.watermark(name, server);
    const meeting = await control.meeting(name, server);
    const wentOnAt = stands.lastEnd(name, server);
    const view = await control.accountView(name, server);
    return {
      server,
      role,
      ...(share && { hasShare: true as const }),
      records: counted.replicas[server] ?? 0,
      ...(watermark && { readUpTo: watermark.setAt }),
      ...(wentOnAt > 0 && { wentOnAt }),
      usersClockBehindMs: behindMs(await control.userClock(name, server), now),
      ...(meeting && { meeting: meeting.state }),
      ...(meeting?.state === 'approved' && meeting.leaving && { leaving: meeting.leaving.records }),
      ...(view && unseenOf(view) > 0 && { account: { seen: view.seen, total: view.total, at: view.at } }),
    };
  });
  return { table: name, records: counted.heads, servers: await Promise.all(servers) };
}

/** Each server against the first whose clock is known. */
export function skewsOf(servers: readonly ServerState[]): Overview['skewMs'] {
  const known = servers.flatMap(({ server, clockOffsetMs }) =>
    clockOffsetMs ? [{ server, clockOffsetMs }] : [],
  );
  const [first, ...others] = known;
  if (first === undefined) return [];
  return others.map(({ server, clockOffsetMs }) => ({
    of: server,
    against: first.server,
    ms: skewMs(clockOffsetMs, first.clockOffsetMs),
  }));
}
