/** `serversync sweep`: whole tables compared now, with the second look at what seems to be gone. */
import { type Chosen, sweepOnce } from '../engine/run.ts';
import { refuseUnknown } from './chosen.ts';
import type { ExitCode } from './exit-code.ts';
import { type RunOptions, runCommand } from './run-command.ts';
import { duration } from '../composition/words.ts';

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
