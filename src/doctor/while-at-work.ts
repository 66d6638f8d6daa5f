/**
 * A look at a server while the sync is at work there. Reading does no harm. A record of a write probe would be carried to the
 * other servers by whoever reads in that moment: so it is made only where nothing is read, since a person paused it.
 */
import { commandLine } from '../composition/command-line.ts';
import type { Standstills } from '../composition/paused-places.ts';
import type { Configuration } from '../config/configuration.ts';
import type { ServerName } from '../core/names.ts';
import type { Standstill } from '../core/pause.ts';
import { type Finding, ok, unproven } from './finding.ts';

/** Whether every table of the server is paused there. In a window of maintenance nothing is written by anybody. */
export function mayProbe(configuration: Configuration, server: ServerName, stands: Standstills): boolean {
  const found = standsOf(configuration, server, stands);
  return found.length > 0 && found.every((stand) => stand?.why === 'pause');
}

const standsOf = (
  { tables }: Configuration,
  server: ServerName,
  stands: Standstills,
): readonly (Standstill | undefined)[] =>
  tables
    .filter(({ links }) => links.some((link) => link.server === server))
    .map(({ name }) => stands.at(name, server));

type Asked = { readonly writeProbe: boolean; readonly stack: string };

/** That it stands still now, and why nothing was written there though that was asked for. */
export function standFindings(
  configuration: Configuration,
  server: ServerName,
  stands: Standstills,
  { writeProbe, stack }: Asked,
): readonly Finding[] {
  const still = standsOf(configuration, server, stands).filter((stand) => stand !== undefined);
  const [first] = still;
  const paused =
    first !== undefined && stands.isWhole(configuration, server)
      ? [ok('standstill', `the sync stands still there: ${why[first.why]}; it was looked at all the same`)]
      : [];
  const isRefused = writeProbe && !mayProbe(configuration, server, stands);
  const refused = isRefused ? [unproven('rights', notProbed, pauseFirst(server, stack))] : [];
  return [...paused, ...refused].map((found) => ({ ...found, server }));
}

const why: Readonly<Record<Standstill['why'], string>> = {
  pause: 'it is paused',
  maintenance: 'it is in a window of maintenance',
};

const notProbed =
  'no record was written: the sync is at work there, and would carry it to the other servers before it is deleted';

function pauseFirst(server: ServerName, stack: string): string {
  const place = { configFile: 'serversync.yaml', stateDirectory: undefined, stack };
  const typed = (...words: readonly string[]): string => commandLine(words, place);
  return `Pause it, wait 15 minutes for what is under way, and ask again: ${typed('pause', '--server', server)}. Afterwards: ${typed('resume', '--server', server)}`;
}
