/** `serversync approve TABLE SERVER`: a person looked at a halted first meeting and says that the keys are right. */
import { identityOf } from '../config/identity.ts';
import type { Configuration } from '../config/configuration.ts';
import { loadConfiguration } from '../config/load.ts';
import { didYouMean } from '../config/suggest.ts';
import type { Control } from '../ports/control.ts';
import { openLocalState } from '../state/local/local-state.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import type { Output } from './output.ts';
import { Refused } from './refused.ts';
import { systemClock } from '../composition/system-clock.ts';
import { stateDirectoryOf } from './workplace.ts';

export type ApproveOptions = {
  readonly configFile: string;
  readonly stateDirectory: string | undefined;
  readonly table: string;
  readonly server: string;
  readonly output: Output;
};

/** Throws Refused, ConfigurationError, StateFileError. */
export async function approveCommand(options: ApproveOptions): Promise<ExitCode> {
  const { table, server, output } = options;
  const configuration = await loadConfiguration(options.configFile);
  const directory = stateDirectoryOf(options.configFile, options.stateDirectory);
  const state = openLocalState({ directory, now: () => systemClock.now(), existing: true });
  try {
    state.checkIdentity(identityOf(configuration));
    const meeting = await state.control.meeting(table, server);
    if (meeting?.state !== 'halted') {
      const message = `${unknownName(configuration, table, server)}${await haltedWords(state.control)}`;
      throw new Refused('not-halted', message);
    }
    await state.control.putMeeting({ ...meeting, state: 'approved', examples: [], at: systemClock.now() });
    output.line(`approved: ${table} on ${server} is merged with the next run; values that lose are kept`);
    output.json(() => ({ exitCode: exitCodes.inStep, table, server, meeting: 'approved' }));
    return exitCodes.inStep;
  } finally {
    state.close();
  }
}

/** Which of the two names is wrong, with the nearest one; ends with a blank. */
function unknownName({ tables }: Configuration, table: string, server: string): string {
  const names = tables.map(({ name }) => name);
  if (!names.includes(table))
    return `there is no table ${table} in the configuration. ${didYouMean(table, names)}`;
  const links = tables.find(({ name }) => name === table)?.links.map((link) => link.server) ?? [];
  if (!links.includes(server))
    return `table ${table} is not on a server ${server} in the configuration. ${didYouMean(server, links)}`;
  return `${table} is not halted on ${server}. `;
}

async function haltedWords(control: Control): Promise<string> {
  const halted = (await control.meetings()).filter(({ state }) => state === 'halted');
  if (halted.length === 0) return 'Nothing is halted now';
  return `Halted now: ${halted.map((one) => `${one.table} ${one.server}`).join(', ')}`;
}
