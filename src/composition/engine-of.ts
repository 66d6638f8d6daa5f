/** An engine from its parts: the configuration, the state's ports, connected servers, tables resolved against layouts. */
import { randomUUID } from 'node:crypto';
import type { Configuration, LinkConfiguration } from '../config/configuration.ts';
import { shownOrMissing } from '../config/further-layout.ts';
import type { ResolvedTable } from '../config/resolve.ts';
import type { ServerName } from '../core/names.ts';
import { parentsFirst } from '../core/parents.ts';
import { defaultSettings, type Engine, type EngineTable, type Settings } from '../engine/engine.ts';
import type { EngineEvent } from '../engine/events.ts';
import { Lanes } from '../engine/lanes.ts';
import { Throttled } from '../engine/throttled.ts';
import type { ConnectorEvent } from '../filemaker/http/events.ts';
import type { Control } from '../ports/control.ts';
import type { FileNames, Files } from '../ports/files.ts';
import type { Queue } from '../ports/queue.ts';
import type { Records } from '../ports/records.ts';
import type { LayoutField, Server, TableBinding } from '../ports/server.ts';
import type { ServerError } from '../ports/server-errors.ts';
import { driftBetween } from './drift.ts';
import { shownOrRenamed } from './former-fields.ts';
import { maintenanceOf } from './paused-places.ts';
import { scriptRemedy, scriptTrouble } from './script-trouble.ts';
import { systemClock } from './system-clock.ts';

export type StatePorts = { readonly records: Records; readonly control: Control; readonly queue: Queue };

export type EngineParts = {
  readonly configuration: Configuration;
  readonly state: StatePorts;
  readonly servers: ReadonlyMap<ServerName, Server>;
  readonly tables: readonly ResolvedTable[];
  /** Sessions that this process may hold on a server. */
  readonly sessionsOf: (server: ServerName) => number;
  /** Records a second that this process may write on a server; undefined, and by default: as fast as it takes them. */
  readonly maxRateOf?: (server: ServerName) => number | undefined;
  readonly report: (event: EngineEvent) => void;
  readonly settings?: Partial<Settings>;
  /** Where contents of containers lie, as in Engine. */
  readonly files: Files | 'assumed' | undefined;
  /** Who knows which of them are named; absent: none is ever removed. */
  readonly fileNames?: FileNames;
};

export function engineOf({ configuration, state, servers, tables, ...rest }: EngineParts): Engine {
  const { sessionsOf, maxRateOf = () => undefined, report, settings, files, fileNames } = rest;
  const { records, control, queue } = state;
  return {
    tables: new Map(inOrder(tables).map((table) => [table.plan.name, engineTable(table, servers)])),
    servers,
    // One more than sessions: a request waits where one is free next.
    lanes: new Map([...servers.keys()].map((name) => [name, new Lanes(sessionsOf(name) + 1)])),
    throttled: new Map([...servers.keys()].flatMap((name) => throttledTo(name, maxRateOf(name)))),
    records,
    control,
    queue,
    files: keepingOf(configuration, files, fileNames),
    clock: systemClock,
    maintenance: maintenanceOf(configuration),
    random: Math.random,
    settings: {
      ...defaultSettings,
      settleMs: configuration.schedule.settleMs,
      ...keptBy(configuration),
      ...settings,
    },
    report,
    driftOf: driftOf(configuration, { control, servers, tables }),
    isConfigured: isConfiguredIn(configuration),
    newId: randomUUID,
  };
}

const keepingOf = (
  { containers }: Configuration,
  store: EngineParts['files'],
  names: FileNames | undefined,
): Engine['files'] =>
  typeof store === 'object' ? { store, names, limitBytes: containers.limitBytes } : store;

const throttledTo = (
  server: ServerName,
  maxRate: number | undefined,
): readonly (readonly [ServerName, Throttled])[] =>
  maxRate === undefined ? [] : [[server, new Throttled(maxRate, systemClock)]];

/** For how long what is over is kept. */
export const keptBy = ({
  historyMs,
  retention: { conflictsMs, deletedMs },
}: Pick<Configuration, 'historyMs' | 'retention'>): Pick<
  Settings,
  'historyMs' | 'conflictsMs' | 'deletedMs'
> => ({ historyMs, conflictsMs, deletedMs });

/** Parents first: they are read, swept and delivered before their children where both are due. */
const inOrder = (tables: readonly ResolvedTable[]): readonly ResolvedTable[] =>
  parentsFirst(tables.map(({ plan }) => plan)).flatMap(
    (plan) => tables.find((table) => table.plan === plan) ?? [],
  );

export const isConfiguredIn =
  ({ tables }: Pick<Configuration, 'tables'>): Engine['isConfigured'] =>
  ({ table, server }) =>
    tables.some(({ name, links }) => name === table && links.some((link) => link.server === server));

function driftOf(
  configuration: Configuration,
  { control, servers, tables }: { readonly control: Control } & Pick<EngineParts, 'servers' | 'tables'>,
): Engine['driftOf'] {
  return async (table, name, signal) => {
    const found = configuration.tables.find((one) => one.name === table);
    const link = found?.links.find(({ server }) => server === name);
    const plan = tables.find((one) => one.plan.name === table)?.plan;
    const server = servers.get(name);
    if (found === undefined || link === undefined || plan === undefined || server === undefined)
      return undefined;
    const last = await control.fieldList(name, link.database, link.layout);
    const { answer: now } = await shownOrRenamed(server, link, last?.fields, signal);
    const fields = [...plan.fields, ...plan.createOnly].map((field) => field.name);
    return driftBetween(link, [found.key, found.modified.field, ...fields], last?.fields, now);
  };
}

const layoutNow = (
  server: Server,
  { database, layout }: Pick<LinkConfiguration, 'database' | 'layout'>,
  signal: AbortSignal,
): Promise<readonly LayoutField[] | ServerError> =>
  shownOrMissing(() => server.layout(database, layout, signal));

function engineTable(
  { plan, bindings, logs, thin }: ResolvedTable,
  servers: ReadonlyMap<ServerName, Server>,
): EngineTable {
  const onServers = <Of, Port>(
    of: ReadonlyMap<ServerName, Of>,
    portOf: (server: Server, one: Of) => Port,
  ): ReadonlyMap<ServerName, Port> =>
    new Map(
      [...of].flatMap(([name, one]) => {
        const server = servers.get(name);
        return server === undefined ? [] : [[name, portOf(server, one)] as const];
      }),
    );
  return {
    plan,
    servers: onServers(bindings, (server, binding) => server.table(binding)),
    thin: onServers(thin, (server, binding) => server.table(binding)),
    logs: onServers(logs, (server, { binding, check, isUnfit }) => ({
      name: logName(binding),
      table: server.table(binding),
      mistake: async (signal) => check(await layoutNow(server, binding, signal)),
      isDoubted: isUnfit,
    })),
  };
}

const logName = ({ database, layout, keyField, stampField }: TableBinding): string =>
  JSON.stringify([database, layout, keyField, stampField]);

const scriptEvent = (event: Extract<ConnectorEvent, { kind: 'script' }>): EngineEvent => {
  const { kind, server, layout } = event;
  if (event.state === 'in-use') return { kind, server, layout };
  return { kind, server, layout, reason: `${scriptTrouble(event)}. ${scriptRemedy(event)}` };
};

export const retriesTo =
  (report: (event: EngineEvent) => void) =>
  (event: ConnectorEvent): void => {
    if (event.kind === 'slowed') report(event);
    if (event.kind === 'script') report(scriptEvent(event));
    if (event.kind !== 'retry') return;
    const { server, error: code, tries } = event;
    report({ kind: 'retrying', server, code, tries });
  };
