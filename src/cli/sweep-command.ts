/** `serversync sweep`: whole tables compared now, with the second look at what seems to be gone. */
import { type Chosen, sweepOnce } from '../engine/run.ts';
import { didYouMean } from '../config/suggest.ts';
import type { Configuration } from '../config/configuration.ts';
import type { ExitCode } from './exit-code.ts';
import { Refused } from './refused.ts';
import { type RunOptions, runCommand } from './run-command.ts';
import { duration } from './words.ts';

export type SweepOptions = RunOptions & { readonly chosen: Chosen };

/** Throws ConfigurationError, StateFileError and ServerError of what keeps it from starting; Refused of a wrong name. */
export async function sweepCommand(options: SweepOptions): Promise<ExitCode> {
  const { chosen, output } = options;
  const result = await runCommand(options, async ({ engine, configuration }, signal) => {
    refuseUnknown(configuration, chosen);
    output.line(
      `sweeping; what seems to be gone is looked for again after ${duration(engine.settings.settleMs)} before it is believed`,
    );
    return sweepOnce(engine, chosen, signal);
  });
  return result.exitCode;
}

function refuseUnknown({ tables, servers }: Configuration, { table, server }: Chosen): void {
  const tableNames = tables.map(({ name }) => name);
  const serverNames = servers.map(({ name }) => name);
  if (table !== undefined && !tableNames.includes(table))
    throw new Refused(
      'unknown-name',
      `there is no table ${table} in the configuration. ${didYouMean(table, tableNames)}`,
    );
  if (server !== undefined && !serverNames.includes(server))
    throw new Refused(
      'unknown-name',
      `there is no server ${server} in the configuration. ${didYouMean(server, serverNames)}`,
    );
}
