/** `serversync history TABLE KEY`: what changed in a record, where, when, by which rule, and since when each server has it. */
import type { Configuration } from '../../config/configuration.ts';
import { identityOf } from '../../config/identity.ts';
import { loadConfiguration } from '../../config/load.ts';
import type { Head, Replica } from '../../core/head.ts';
import type { Parked } from '../../core/conflict.ts';
import type { Content } from '../../core/history.ts';
import type { Key, ServerName, TableName } from '../../core/names.ts';
import { type Past, pastOf } from '../../engine/past.ts';
import { jsonOf } from '../conflicts/lines.ts';
import { foundAmong } from '../conflicts/found.ts';
import { commandsFor } from '../conflicts/looking.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { type OpenedState, openToRead, type StatePlace } from '../opened-state.ts';
import type { Output } from '../output.ts';
import { betweenLines, endLines, headingOf, lostLines, versionLines } from './lines.ts';
import { headNamed, tableNamed } from './record.ts';
import { type Known, lostOnly, oldestServers, type ToldServer, toldVersions } from './told.ts';

export type HistoryOptions = StatePlace & {
  readonly output: Output;
  readonly table: TableName;
  readonly key: Key;
  /** Versions shown at most. */
  readonly limit: number;
};

/** Throws what opening the state throws, and Refused. */
export async function historyCommand(options: HistoryOptions): Promise<ExitCode> {
  const { output, stack } = options;
  const configuration = await loadConfiguration(options.configFile);
  const state = await openToRead(options);
  try {
    await state.checkIdentity(identityOf(configuration));
    const { known, past, versions, lost } = await historyOf(state, configuration, options);
    const servers = oldestServers(known, past);
    const lines = [
      ...headingOf(known.head),
      ...versions.flatMap(versionLines),
      ...endLines(past, servers),
      ...betweenLines(known.head, past),
      ...lostLines(lost, commandsFor(stack)),
    ];
    for (const line of lines) output.line(line);
    const found = await foundAmong(state, lost);
    output.json(() => ({
      exitCode: exitCodes.inStep,
      ...recordJson(known.head),
      versions,
      ...endJson(past, servers),
      conflicts: found.map(jsonOf),
    }));
    return exitCodes.inStep;
  } finally {
    state.close();
  }
}

export type HistoryOf = Pick<HistoryOptions, 'table' | 'key' | 'limit'>;

/** Throws Refused. */
export async function historyOf(state: OpenedState, configuration: Configuration, of: HistoryOf) {
  const known = await knownOf(state, configuration, of);
  const past = await pastOf(state.control, known.head, { most: of.limit });
  const versions = toldVersions(known, past);
  const conflicts = await state.control.conflictsOf(of.table, of.key);
  return { known, past, versions, lost: lostOnly(conflicts, versions, past) };
}

async function knownOf(
  { records, control }: OpenedState,
  configuration: Configuration,
  { table: name, key }: HistoryOf,
): Promise<Known> {
  const table = tableNamed(configuration, name);
  const head = await headNamed(records, name, key);
  const replicas = new Map<ServerName, Replica>();
  const parked = new Map<ServerName, Parked>();
  for (const { server } of table.links) {
    const replica = (await records.replicas(name, server, [key])).get(key);
    const aside = (await control.parkedAmong(name, server, [key])).get(key);
    if (replica) replicas.set(server, replica);
    if (aside) parked.set(server, aside);
  }
  return { table, head, replicas, parked };
}

const recordJson = ({ table, key, version, deleted }: Head) => ({
  table,
  key,
  version,
  ...(deleted && {
    deleted: { server: deleted.origin, stamp: deleted.stamp, ...(deleted.bare && { kept: false }) },
  }),
});

const endJson = ({ end, knownFrom, oldest }: Past, servers: readonly ToldServer[]) => ({
  end,
  ...(end !== 'more' && { oldest: { version: knownFrom, ...contentJson(oldest), servers } }),
});

const contentJson = ({ fields, deleted }: Content) => ({
  ...(deleted && { deleted: { server: deleted.origin, stamp: deleted.stamp } }),
  fields: Object.entries(fields).map(([field, { value, origin, stamp }]) => ({
    field,
    value,
    server: origin,
    stamp,
  })),
});
