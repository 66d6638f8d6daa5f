/** `serversync service status`: whether it runs, since when, whether it starts at boot, and what it said last. */
import { type ExitCode, exitCodes } from '../exit-code.ts';
import type { Output } from '../output.ts';
import { localTime } from '../words.ts';
import { lastLines } from './files.ts';
import type { ServiceStatus } from './manager.ts';
import { findService, nameOption, type Named } from './place.ts';
import type { System } from './system.ts';

export type ServiceStatusOptions = Named & {
  readonly system: System;
  readonly output: Output;
  /** Read where the system keeps no lines. */
  readonly logFile: string;
};

const shownLines = 5;

/** 0: it runs and starts at boot; 1: not so; 2: it is not installed. Throws Refused. */
export async function serviceStatusCommand(options: ServiceStatusOptions): Promise<ExitCode> {
  const { system, output, logFile } = options;
  const { manager, place, text } = await findService(options, system);
  if (text === undefined) {
    output.line(`${place.name} is not installed`);
    output.line(`    to have it run: serversync service install${nameOption(options)}`);
    output.json(() => ({ exitCode: exitCodes.configuration, name: place.name, isInstalled: false }));
    return exitCodes.configuration;
  }
  const status = await manager.status(place, system.ask);
  const lines = status.lines ?? (await lastLines(logFile, shownLines));
  const exitCode = status.isRunning && status.startsAtBoot ? exitCodes.inStep : exitCodes.incomplete;
  for (const line of linesOf(options, place.name, { ...status, lines })) output.line(line);
  const { advice: _advice, ...shown } = status;
  const { name, scope } = place;
  output.json(() => ({ exitCode, name, isInstalled: true, scope, ...shown, lines }));
  return exitCode;
}

function linesOf(options: Named, name: string, status: ServiceStatus): readonly string[] {
  const { isRunning, startsAtBoot, isEnabled, pid, restarts = 0, lastExit, lines = [], advice } = status;
  return [
    `${name} ${runningWords(status)}`,
    `    ${startsAtBoot ? 'starts at boot' : isEnabled ? 'does not start at boot by itself' : 'is switched off: does not start at boot'}`,
    ...(pid === undefined ? [] : [`    process ${pid}`]),
    ...(restarts === 0
      ? []
      : [
          `    started again ${restarts === 1 ? 'once' : `${restarts} times`}, last after ${lastExit ?? 'an end that is not known'}`,
        ]),
    ...(isRunning || restarts > 0 || lastExit === undefined ? [] : [`    its last end: ${lastExit}`]),
    ...(lines.length === 0 ? [] : ['', 'It said last:', ...lines.map((line) => `    ${line}`)]),
    '',
    ...advice,
    ...(isRunning || status.isRestarting
      ? ['What the sync does: serversync status']
      : [
          `${status.hasFailed === false ? 'To go on' : 'Mend what it says, then'}: serversync service start${nameOption(options)}`,
        ]),
  ];
}

function runningWords({ isRunning, isRestarting, since }: ServiceStatus): string {
  if (isRestarting) return 'has ended, and is started again within half a minute';
  if (!isRunning) return 'does not run';
  return since === undefined ? 'runs' : `runs since ${localTime(since)}`;
}
