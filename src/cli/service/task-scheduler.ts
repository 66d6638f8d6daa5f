/**
 * The service under the Task Scheduler of Windows. It cannot be asked to end: it is ended, which loses nothing, but its sessions
 * stay taken for the 15 minutes that FileMaker keeps them. Not seen on Windows yet: its texts and commands are tested, not what
 * Windows does with them.
 */
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { jsonOf } from '../../core/json.ts';
import type { Ask, Place, Service, ServiceManager, ServiceStatus, Step } from './manager.ts';
import { taskText, windowsArgument } from './windows-task.ts';
import { xml } from './xml.ts';

const schtasks = (what: string, { name }: Place, ...args: readonly string[]): readonly string[] => [
  'schtasks',
  `/${what}`,
  '/tn',
  name,
  ...args,
];

const run = (command: readonly string[], orElse?: string): Step => ({
  kind: 'run',
  command,
  ...(orElse !== undefined && { orElse }),
});

/** The scheduler reads it once. */
const draftOf = (service: Service): string =>
  join(service.writes[0] ?? dirname(service.configFile), 'task.xml');

const end = (place: Place): Step => run(schtasks('end', place), '');

export const taskScheduler: ServiceManager = {
  title: 'the Task Scheduler',
  keepsLines: false,
  text: taskText,
  found: async (place, ask) => {
    const { code, stdout } = await ask(schtasks('query', place, '/xml', 'ONE'));
    return code === 0 ? stdout : undefined;
  },
  // The scheduler writes it in words of its own.
  isSame: () => false,
  quoted: (argument) => xml(windowsArgument(argument)),
  install: (service) => [
    { kind: 'write', path: draftOf(service), text: taskText(service), encoding: 'utf16le' },
    end(service),
    run(schtasks('create', service, '/xml', draftOf(service), '/f')),
    { kind: 'remove', path: draftOf(service) },
    run(schtasks('run', service)),
  ],
  uninstall: (place) => [end(place), run(schtasks('delete', place, '/f'))],
  start: (place) => [run(schtasks('change', place, '/enable')), run(schtasks('run', place))],
  stop: (place) => [run(schtasks('change', place, '/disable')), end(place)],
  status: statusOf,
  as: (_user, command) => command,
};

/** As the script below makes it; names of states are the same in every language. */
const answer = z.object({
  state: z.string(),
  enabled: z.boolean(),
  result: z.number(),
  last: z.number(),
});

const script = (name: string): string =>
  `$t = Get-ScheduledTask -TaskPath '\\' -TaskName '${name}'; $i = $t | Get-ScheduledTaskInfo; ` +
  '@{ state = [string]$t.State; enabled = $t.Settings.Enabled; result = [long]$i.LastTaskResult; ' +
  'last = ([DateTimeOffset]$i.LastRunTime).ToUnixTimeMilliseconds() } | ConvertTo-Json';

/** SCHED_S_TASK_RUNNING and SCHED_S_TASK_HAS_NOT_RUN: no result of the program. */
const noResult: ReadonlySet<number> = new Set([0x41301, 0x41303]);

async function statusOf({ name }: Place, ask: Ask): Promise<ServiceStatus> {
  const { stdout } = await ask(['powershell.exe', '-NoProfile', '-NonInteractive', '-Command', script(name)]);
  const { data } = answer.safeParse(jsonOf(stdout));
  if (data === undefined)
    return {
      isEnabled: false,
      startsAtBoot: false,
      isRunning: false,
      advice: [`Look at task ${name} in taskschd.msc`],
    };
  const isRunning = data.state === 'Running';
  return {
    isEnabled: data.enabled,
    startsAtBoot: data.enabled,
    isRunning,
    ...(isRunning && { since: data.last }),
    ...(noResult.has(data.result) ? {} : { lastExit: `exit code ${data.result}` }),
    advice: [],
  };
}
