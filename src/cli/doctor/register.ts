/** `serversync doctor` on the command line. */
import type { Command } from 'commander';
import { accountsOption, type OfAccounts, reaching } from '../accounts/options.ts';
import { type ChoiceOptions, chosenOf } from '../chosen.ts';
import { type Common, common, type OfStack, ofStack, where } from '../shared.ts';
import { stopSignal } from '../stop-signal.ts';
import { teach } from '../teach.ts';
import { doctorCommand } from './doctor-command.ts';

type Options = Common &
  OfStack &
  ChoiceOptions &
  OfAccounts & { readonly writeProbe?: boolean; readonly testAlarm?: boolean };

export function registerDoctor(program: Command): void {
  const doctor = common(program.command('doctor'))
    .description('what is right and wrong with each server, with the remedy; needs no run before')
    .option('--table <table>', 'of this table only')
    .option('--server <server>', 'on this server only; servers are not compared then')
    .option(
      '--write-probe',
      'also create, edit and delete a record in each table that is written; refused while a run is at work here',
    )
    .addOption(accountsOption())
    .addOption(ofStack())
    .option('--test-alarm', 'with --stack: raise an alarm that says it is a test, to see its mail arrive')
    .action(async (options: Options) => {
      const { writeProbe = false, testAlarm = false } = options;
      process.exitCode = await doctorCommand({
        ...where(options),
        ...reaching(options),
        chosen: chosenOf(options),
        writeProbe,
        testAlarm,
        signal: stopSignal(writeProbe ? ofProbing : ofLooking),
      });
    });
  doctor.addHelpText('after', about);
  teach(doctor, {
    examples: [
      ['serversync doctor', 'all servers and tables; nothing is written'],
      ['serversync doctor --server hq --write-probe', 'and whether records can be written on hq'],
      [
        'serversync doctor --stack ServerSync',
        'from inside the stack, by its accounts, and the stack itself',
      ],
    ],
    exit,
  });
}

const ofLooking = { now: 'sessions are logged out', after: 'nothing was written' };
const ofProbing = {
  now: 'records that were made are deleted, sessions are logged out',
  after: 'nothing is left of it but what is said above',
};

const about = `
One session is open on each server, of its own: one more than \`sessions\` while
a run is at work. To see how many the server gives, as many as \`sessions\` says
are opened for a moment; not while a run is at work here.

What --write-probe makes is a real record for as long as it is there (some
seconds). A sync that runs elsewhere may carry it, and then its delete. To be
safe pause the table there first.

With --stack the servers are looked at by a function of the stack: over its
network, by its accounts, with one of the sessions that it has. The stack itself
is looked at with your AWS credentials; what they may not see is named. There
--write-probe writes only where the server is paused.`;

const exit = `
  0  nothing is wrong; what is not proven is listed
  1  warnings, no errors; or it was stopped, or --write-probe was refused since
     a run is at work
  2  an error in what is configured: a layout, a field, a key, a stamp, rights;
     or the configuration itself has to change first
  3  a server could not be reached, is no FileMaker Server, or refused the
     account`;
