/** `serversync approve TABLE SERVER`: a person looked at a halted first meeting and says that the keys are right. */
import { identityOf } from '../config/identity.ts';
import { loadConfiguration } from '../config/load.ts';
import { openLocalState } from '../state/local/local-state.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import type { Output } from './output.ts';
import { systemClock } from './system-clock.ts';
import { stateDirectoryOf } from './workplace.ts';

export type ApproveOptions = {
  readonly configFile: string;
  readonly stateDirectory: string | undefined;
  readonly table: string;
  readonly server: string;
  readonly output: Output;
};

export async function approveCommand(options: ApproveOptions): Promise<ExitCode> {
  const { table, server, output } = options;
  const configuration = await loadConfiguration(options.configFile);
  const directory = stateDirectoryOf(options.configFile, options.stateDirectory);
  const state = openLocalState({ directory, now: () => systemClock.now() });
  try {
    state.checkIdentity(identityOf(configuration));
    const meeting = await state.control.meeting(table, server);
    if (meeting?.state !== 'halted') {
      const halted = (await state.control.meetings()).filter((one) => one.state === 'halted');
      const names = halted.map((one) => `${one.table} ${one.server}`).join(', ') || 'none';
      const message = `nothing is halted under "${table} ${server}". Halted now: ${names}`;
      output.line(message);
      output.json(() => ({ exitCode: exitCodes.configuration, code: 'not-halted', message }));
      return exitCodes.configuration;
    }
    await state.control.putMeeting({ ...meeting, state: 'approved', examples: [], at: systemClock.now() });
    output.line(`approved: ${table} on ${server} is merged with the next run; values that lose are kept`);
    output.json(() => ({ exitCode: exitCodes.inStep, table, server, meeting: 'approved' }));
    return exitCodes.inStep;
  } finally {
    state.close();
  }
}
