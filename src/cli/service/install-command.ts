/** `serversync service install`: has the system start `run --watch` at boot, and again whenever it ends. */
import { type ExitCode, exitCodes } from '../exit-code.ts';
import type { Output } from '../output.ts';
import { Refused } from '../refused.ts';
import { madeBy, type Service, type ServiceManager } from './manager.ts';
import { perform, stepLines } from './performing.ts';
import { nameOption } from './place.ts';
import { prepareDirectories, type ServiceChoice, serviceOf } from './service-of.ts';
import { managerOf, type System } from './system.ts';

export type InstallOptions = ServiceChoice & {
  readonly system: System;
  readonly output: Output;
  readonly dryRun: boolean;
  /** Takes the place of what is there by that name, whosever it is. */
  readonly force: boolean;
};

/** Throws Refused and ConfigurationError. Repeating it does no harm: what is there as it should be goes on. */
export async function installCommand(options: InstallOptions): Promise<ExitCode> {
  const { system, output, dryRun, force } = options;
  const manager = managerOf(system);
  const service = await serviceOf(options, manager, system);
  const found = await manager.found(service, system.ask);
  if (found !== undefined && !force) assertOurs(found, service, manager);
  const isThere = found !== undefined && manager.isSame(found, manager.text(service));
  const steps = manager.install(service, isThere);
  if (!dryRun) prepareDirectories(service);
  const said = dryRun ? [] : await perform(steps, system);
  for (const line of dryRun ? stepLines(steps) : linesOf(options, service, manager, isThere, said))
    output.line(line);
  const { name, scope, user, command, configFile } = service;
  output.json(() => ({
    exitCode: exitCodes.inStep,
    name,
    scope,
    user: user.name,
    config: configFile,
    command,
    changed: !isThere && !dryRun,
    warnings: said,
    ...(dryRun && { steps: steps.map(shownStep) }),
  }));
  return exitCodes.inStep;
}

/** What is taken for ours says so, and runs by the same configuration. */
function assertOurs(found: string, { name, configFile }: Service, manager: ServiceManager): void {
  if (!found.includes(madeBy))
    throw new Refused(
      'service-refused',
      `${manager.title} has a ${name} already that serversync did not make. Choose another name with --name, or replace it with --force`,
    );
  if (!found.includes(manager.quoted('--config')) || !found.includes(manager.quoted(configFile)))
    throw new Refused(
      'service-refused',
      `${name} is there already, for another configuration than ${configFile}. Give this one a name of its own, such as --name branch, or replace it with --force`,
    );
}

function linesOf(
  options: InstallOptions,
  { name, scope, user }: Service,
  { title }: ServiceManager,
  isThere: boolean,
  said: readonly string[],
): readonly string[] {
  const words = isThere ? 'is there as it should be, and runs' : 'is installed and started';
  return [
    `${name} ${words}: ${title} keeps it running as ${user.name}`,
    ...said.map((line) => `    but ${line}`),
    ...(scope === 'system' || said.length > 0 ? [] : ['    it starts at boot, before anybody logs in']),
    `    how it does: serversync service status${nameOption(options)}`,
  ];
}

const shownStep = (step: ReturnType<ServiceManager['install']>[number]): unknown =>
  step.kind === 'run' ? { run: step.command } : { [step.kind]: step.path };
