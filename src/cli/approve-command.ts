/**
 * `serversync approve TABLE SERVER`: a person looked at a halted first meeting and says that the keys are right.
 *
 * A halted meeting is held again with each reading, and whoever began before the approval would store over it that the
 * meeting is halted. So nobody reads the server meanwhile: the lock of a local state, the lease of a reading on a stack.
 */
import { randomUUID } from 'node:crypto';
import { systemClock } from '../composition/system-clock.ts';
import type { Configuration } from '../config/configuration.ts';
import { showDuration } from '../config/duration.ts';
import { identityOf } from '../config/identity.ts';
import { loadConfiguration } from '../config/load.ts';
import { didYouMean } from '../config/suggest.ts';
import type { Meeting } from '../core/first-meeting.ts';
import { meetingId } from '../core/halt.ts';
import { readingAlone } from '../engine/read-server.ts';
import type { Control } from '../ports/control.ts';
import { AwsStateError } from '../state/aws/state-error.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { noteAct } from './note-act.ts';
import { openToChange, type StatePlace } from './opened-state.ts';
import type { Output } from './output.ts';
import { Refused } from './refused.ts';
import { approvedWords, statusWords } from './summary.ts';

export type ApproveOptions = StatePlace & {
  readonly table: string;
  readonly server: string;
  readonly output: Output;
  readonly signal: AbortSignal;
};

/** Throws Refused, ConfigurationError, StateFileError, AwsStateError or Stopped. Running it again tells whether it was done. */
export async function approveCommand(options: ApproveOptions): Promise<ExitCode> {
  const { table, server, stack, output } = options;
  const configuration = await loadConfiguration(options.configFile);
  const state = await openToChange(options);
  const halted = (): Promise<Meeting> => haltedMeeting(state.control, configuration, options);
  try {
    await state.checkIdentity(identityOf(configuration));
    let { leaving } = await halted();
    await whileUnread(state.control, options, async () => {
      const meeting = await halted();
      leaving = meeting.leaving;
      const approved = {
        ...meeting,
        state: 'approved',
        examples: [],
        at: systemClock.now(),
      } as const;
      await state.control.putMeeting(approved);
    });
    await noteAct(state, { what: 'approve', table, server, about: meetingId({ table, server }) });
    const every = stack === undefined ? '' : ` (every ${showDuration(configuration.schedule.enumerateMs)})`;
    const words = approvedWords({ table, server, ...(leaving && { leaving: leaving.records }) }, stack);
    const kept = leaving === undefined ? 'values that lose' : 'what they hold, and values that lose,';
    output.line(`${words}${every};\n    ${kept} are kept`);
    output.json(() => ({ exitCode: exitCodes.inStep, table, server, meeting: 'approved' }));
    return exitCodes.inStep;
  } finally {
    state.close();
  }
}

/** How often it is asked whether a reading is over, ms: seldom enough to cost nothing, often enough for the pause after it. */
const askEveryMs = 2_000;

/** For how long readings are kept away if this process dies over its work of a few requests, ms. */
const leaseMs = 60_000;

/** Waits for the end of a reading: it gives its lease back, or its function ends it after 15 minutes at most. */
async function whileUnread(
  control: Control,
  { server, output, signal }: ApproveOptions,
  work: () => Promise<void>,
): Promise<void> {
  const lease = { holder: `approve ${randomUUID()}`, leaseMs };
  const ports = { control: { ...control, dropLease: droppedOrLeft(control) }, clock: systemClock };
  const once = () => readingAlone(ports, server, lease, work);
  if ((await once()) !== 'busy') return;
  output.line(`${server} is being read now. Waiting for the end of it, 15 minutes at most;`);
  output.line('    Ctrl-C ends this, and nothing is approved');
  do await systemClock.sleep(askEveryMs, signal);
  while ((await once()) === 'busy');
}

/** What was approved stays so where the lease cannot be given back: it ends by itself. */
const droppedOrLeft =
  (control: Control): Control['dropLease'] =>
  async (name, holder) => {
    try {
      await control.dropLease(name, holder);
    } catch (error) {
      if (!(error instanceof AwsStateError)) throw error;
    }
  };

async function haltedMeeting(
  control: Control,
  configuration: Configuration,
  { table, server, stack }: ApproveOptions,
): Promise<Meeting> {
  const meeting = await control.meeting(table, server);
  if (meeting?.state === 'halted') return meeting;
  const found = meeting?.state === 'approved' ? `${table} on ${server} is approved already. ` : undefined;
  const why = found ?? unknownName(configuration, table, server);
  throw new Refused('not-halted', `${why}${await haltedWords(control, stack)}`);
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

async function haltedWords(control: Control, stack: string | undefined): Promise<string> {
  const halted = (await control.meetings()).filter(({ state }) => state === 'halted');
  if (halted.length === 0) return `Nothing is halted now: ${statusWords(stack)} tells what waits`;
  return `Halted now: ${halted.map((one) => `${one.table} ${one.server}`).join(', ')}`;
}
