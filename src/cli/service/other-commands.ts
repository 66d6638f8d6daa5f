/** `serversync service uninstall`, `start` and `stop`. */
import { type ExitCode, exitCodes } from '../exit-code.ts';
import type { Output } from '../output.ts';
import { Refused } from '../refused.ts';
import { madeBy, type Step } from './manager.ts';
import { perform, stepLines } from './performing.ts';
import { findService, type Found, nameOption, type Named } from './place.ts';
import type { System } from './system.ts';

export type ServiceOptions = Named & {
  readonly system: System;
  readonly output: Output;
  readonly dryRun: boolean;
};

/** Throws Refused. What is not there is uninstalled. */
export async function uninstallCommand(
  options: ServiceOptions & { readonly force: boolean },
): Promise<ExitCode> {
  const found = await findService(options, options.system);
  const { manager, place, text } = found;
  if (text === undefined)
    return told(options, found, [`${place.name} is not installed: nothing to do`], false);
  if (!text.includes(madeBy) && !options.force)
    throw new Refused(
      'service-refused',
      `${place.name} was not made by serversync, so it is left. Take it away by the means of ${manager.title}, or with --force`,
    );
  return done(options, found, manager.uninstall(place), [
    `${place.name} is uninstalled: nothing runs any more, and nothing starts at boot`,
    '    the state, the accounts and the configuration are left as they are',
  ]);
}

/** Throws Refused. */
export async function startCommand(options: ServiceOptions): Promise<ExitCode> {
  const found = await there(options);
  return done(options, found, found.manager.start(found.place), [`${found.place.name} is started`]);
}

/** Throws Refused. */
export async function stopCommand(options: ServiceOptions): Promise<ExitCode> {
  const found = await there(options);
  return done(options, found, found.manager.stop(found.place), [
    `${found.place.name} is stopped: what was under way is kept`,
    `    to go on: serversync service start${nameOption(options)}`,
  ]);
}

async function there(options: ServiceOptions): Promise<Found> {
  const found = await findService(options, options.system);
  if (found.text !== undefined) return found;
  throw new Refused(
    'service-refused',
    `${found.place.name} is not installed. Install it with serversync service install${nameOption(options)}, or name another with --name`,
  );
}

async function done(
  options: ServiceOptions,
  found: Found,
  steps: readonly Step[],
  lines: readonly string[],
): Promise<ExitCode> {
  if (options.dryRun) return told(options, found, stepLines(steps), false);
  await perform(steps, options.system);
  return told(options, found, lines, true);
}

function told(
  { output }: ServiceOptions,
  { place: { name, scope } }: Found,
  lines: readonly string[],
  changed: boolean,
): ExitCode {
  for (const line of lines) output.line(line);
  output.json(() => ({ exitCode: exitCodes.inStep, name, scope, changed }));
  return exitCodes.inStep;
}
