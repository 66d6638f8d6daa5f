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
  refuseUnless(
    'table',
    table,
    tables.map(({ name }) => name),
  );
  refuseUnless(
    'server',
    server,
    servers.map(({ name }) => name),
  );
}

function refuseUnless(what: 'table' | 'server', name: string | undefined, known: readonly string[]): void {
  if (name === undefined || known.includes(name)) return;
  const has = `It has ${known.join(', ')}`;
  throw new Refused(
    'unknown-name',
    `there is no ${what} ${name} in the configuration. ${didYouMean(name, known)}${has}`,
  );
}
