/** `serversync service …` on the command line. */
import type { Command } from 'commander';
import { join } from 'node:path';
import { accountsOption, type OfAccounts } from '../accounts/options.ts';
import { type Common, common, where } from '../shared.ts';
import { standardOutput } from '../output.ts';
import { teach } from '../teach.ts';
import { stateDirectoryOf } from '../workplace.ts';
import { installCommand } from './install-command.ts';
import { startCommand, stopCommand, uninstallCommand } from './other-commands.ts';
import { serviceStatusCommand } from './status-command.ts';
import { thisSystem } from './system.ts';

type Named = { readonly name?: string };
type InstallChoices = Common &
  OfAccounts &
  Named & {
    readonly user?: string;
    readonly log?: string;
    readonly dryRun?: boolean;
    readonly force?: boolean;
  };
type Choices = Named & { readonly json?: boolean; readonly dryRun?: boolean; readonly force?: boolean };

const exit = (done: string): string => `
  0  ${done}
  2  something has to be put right first`;

const named = (command: Command): Command =>
  command.option('--name <name>', 'of several: the service is serversync-NAME (default: serversync)');

const json = 'one JSON object as the last line of stdout; text for people goes to stderr';

export function registerService(program: Command): void {
  const service = program
    .command('service')
    .description('run --watch as a service of this machine: systemd, launchd or the Windows Task Scheduler');
  registerInstall(service);
  registerStatus(service);
  registerOthers(service);
}

function registerInstall(service: Command): void {
  const install = named(common(service.command('install')))
    .description(
      'have it start at boot and again whenever it ends; with sudo as a service of the system, else as one of your user. ' +
        'Accounts come from the file of serversync accounts set',
    )
    .addOption(accountsOption())
    .option('--user <name>', 'whom it runs as, if it is installed with sudo')
    .option(
      '--log <file>',
      'lines go there; default: to the journal of systemd, else serversync.log in the state',
    )
    .option('--dry-run', 'show the files and the commands, and do nothing')
    .option('--force', 'also in place of another one by that name')
    .action(async (options: InstallChoices) => {
      const { accounts, log, user, name, dryRun = false, force = false } = options;
      const files = { accountsFile: accounts, logFile: log };
      const chosen = { ...where(options), ...files, runAs: user, name, dryRun, force };
      process.exitCode = await installCommand({ ...chosen, system: thisSystem() });
    });
  teach(install, {
    examples: [
      ['serversync service install --dry-run', 'what it would write and run'],
      ['serversync service install', 'as yours, without sudo'],
      ['serversync service install --name branch --config /srv/branch.yaml', 'a second one'],
    ],
    exit: exit('installed and started, or there already as it should be'),
  });
}

function registerStatus(service: Command): void {
  const status = named(common(service.command('status')))
    .description('whether it runs, since when, whether it starts at boot, what it said last; asks no server')
    .option('--log <file>', 'where its lines are, if it was installed with --log and has no journal')
    .action(async (options: Common & Named & { readonly log?: string }) => {
      const { configFile, stateDirectory, output } = where(options);
      const logFile = options.log ?? join(stateDirectoryOf(configFile, stateDirectory), 'serversync.log');
      const system = thisSystem();
      process.exitCode = await serviceStatusCommand({ name: options.name, system, output, logFile });
    });
  teach(status, {
    examples: [['serversync service status', 'what to do next stands in its last lines']],
    exit: `
  0  it runs, and starts at boot
  1  it does not run, or does not start at boot
  2  it is not installed`,
  });
}

const given = ({ name, json: isJson = false, dryRun = false }: Choices) => ({
  name,
  dryRun,
  system: thisSystem(),
  output: standardOutput(isJson),
});

function registerOthers(service: Command): void {
  const add = (name: string, description: string): Command =>
    named(service.command(name))
      .description(description)
      .option('--dry-run', 'show the commands, and do nothing')
      .option('--json', json);
  const stop = add(
    'stop',
    'stop it until it is started or the machine is: then other commands have the state',
  ).action(async (options: Choices) => {
    process.exitCode = await stopCommand(given(options));
  });
  const start = add('start', 'start it again').action(async (options: Choices) => {
    process.exitCode = await startCommand(given(options));
  });
  const uninstall = add('uninstall', 'take it away; the state, the accounts and the configuration stay')
    .option('--force', 'also one that serversync did not make')
    .action(async (options: Choices) => {
      process.exitCode = await uninstallCommand({ ...given(options), force: options.force ?? false });
    });
  teach(stop, {
    examples: [['serversync service stop', 'delivers what is in its queues, 10 s at most; logs out']],
    exit: exit('stopped'),
  });
  teach(start, { examples: [['serversync service start', 'goes on where it was']], exit: exit('started') });
  teach(uninstall, {
    examples: [['serversync service uninstall', 'stops it, and nothing starts at boot any more']],
    exit: exit('uninstalled, or there was none'),
  });
}
