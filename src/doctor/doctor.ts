/** All servers of a configuration looked at side by side, and then against each other. A bad one hides nothing of another. */
import type { Configuration, ServerConfiguration, TableConfiguration } from '../config/configuration.ts';
import { findingsBetween } from './between.ts';
import type { Finding, Status } from './finding.ts';
import type { LookOptions, ServerLook } from './look.ts';
import { lookAtServer } from './look-at-server.ts';
import { checks } from './catalogue.ts';

export type DoctorOptions = Pick<
  LookOptions,
  'clock' | 'writeProbe' | 'noSessions' | 'known' | 'webhooks'
> & {
  readonly configuration: Configuration;
  readonly servers: readonly ServerConfiguration[];
  readonly tables: readonly TableConfiguration[];
  readonly reach: (server: ServerConfiguration) => Pick<LookOptions, 'address' | 'account'>;
};

/** Servers in their order, each with its tables, then what is about several. */
export async function findingsOf(options: DoctorOptions, signal: AbortSignal): Promise<readonly Finding[]> {
  const { configuration, servers, reach, ...rest } = options;
  const ended = await Promise.allSettled(
    servers.map((server) => lookAtServer({ ...rest, configuration, server, ...reach(server) }, signal)),
  );
  const looks: readonly ServerLook[] = ended.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
  const between = await findingsBetween({ ...configuration, tables: rest.tables }, looks);
  return [...looks.flatMap(({ findings }) => findings), ...between];
}

export const countOf = (findings: readonly Finding[], status: Status): number =>
  findings.filter((finding) => finding.status === status).length;

/** What the worst of them is about; `proven`: nothing is wrong as far as was looked. */
export function worstOf(findings: readonly Finding[]): 'server' | 'configuration' | 'warning' | 'proven' {
  const errors = findings.filter(({ status }) => status === 'error');
  if (errors.some(({ check }) => checks[check].errorIn === 'server')) return 'server';
  if (errors.length > 0) return 'configuration';
  return countOf(findings, 'warning') > 0 ? 'warning' : 'proven';
}
