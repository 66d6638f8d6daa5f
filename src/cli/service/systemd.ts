/** The service under systemd: a unit of the system, or of a user whose units are started at boot (lingering). */
import { join } from 'node:path';
import { failureOf } from './asking.ts';
import { textIn } from './files.ts';
import type { Answered, Ask, Place, Scope, ServiceManager, ServiceStatus, Step } from './manager.ts';
import { isAnswered } from './performing.ts';
import { quotedArgument, unitText } from './systemd-unit.ts';

const systemctl = (scope: Scope, ...args: readonly string[]): readonly string[] => [
  'systemctl',
  ...(scope === 'user' ? ['--user'] : []),
  ...args,
];

const unitOf = ({ name }: Place): string => `${name}.service`;

const fileOf = (place: Place): string =>
  join(
    place.scope === 'system' ? '/etc/systemd/system' : join(place.home, '.config', 'systemd', 'user'),
    unitOf(place),
  );

const run = (place: Place, ...args: readonly string[]): Step => ({
  kind: 'run',
  command: systemctl(place.scope, ...args),
});

const reload = (place: Place): Step => run(place, 'daemon-reload');

/** Asking for it again needs the rights of an administrator on some systems, as the first time does. */
const lingering = (user: string): Answered => ({
  question: ['loginctl', 'show-user', user, '--property=Linger'],
  answer: 'Linger=yes',
});

/** Without it a user's units run only while that user is logged in. */
const linger = ({ scope, user }: Place): readonly Step[] =>
  scope === 'system'
    ? []
    : [
        {
          kind: 'run',
          unless: lingering(user.name),
          command: ['loginctl', 'enable-linger', user.name],
          orElse: `it runs only while ${user.name} is logged in, and does not start at boot. So that it does: sudo loginctl enable-linger ${user.name}`,
        },
      ];

export const systemd: ServiceManager = {
  title: 'systemd',
  keepsLines: true,
  text: unitText,
  found: (place) => textIn(fileOf(place)),
  isSame: (found, text) => found === text,
  quoted: quotedArgument,
  install: (service, isThere) => [
    ...(isThere ? [] : [{ kind: 'write', path: fileOf(service), text: unitText(service) } as const]),
    reload(service),
    run(service, 'enable', unitOf(service)),
    run(service, isThere ? 'start' : 'restart', unitOf(service)),
    ...linger(service),
  ],
  uninstall: (place) => [
    run(place, 'disable', '--now', unitOf(place)),
    { kind: 'remove', path: fileOf(place) },
    reload(place),
  ],
  start: (place) => [run(place, 'start', unitOf(place))],
  stop: (place) => [run(place, 'stop', unitOf(place))],
  status: statusOf,
  as: (user, command) => ['runuser', '-u', user, '--', ...command],
};

const asked = [
  'ActiveState',
  'SubState',
  'UnitFileState',
  'ActiveEnterTimestamp',
  'MainPID',
  'NRestarts',
  'ExecMainCode',
  'ExecMainStatus',
];

/** Throws Refused where it cannot be asked. */
async function statusOf(place: Place, ask: Ask): Promise<ServiceStatus> {
  const question = systemctl(place.scope, 'show', unitOf(place), `--property=${asked.join(',')}`);
  const ran = await ask(question);
  if (ran.code !== 0) throw failureOf(question, ran);
  const is = propertiesIn(ran.stdout);
  const isRunning = is.get('ActiveState') === 'active';
  const isEnabled = is.get('UnitFileState') === 'enabled';
  const lingers = place.scope === 'system' || (await isAnswered(lingering(place.user.name), ask));
  const since = instantIn(is.get('ActiveEnterTimestamp'));
  const [pid, restarts] = [Number(is.get('MainPID')), Number(is.get('NRestarts'))];
  const lastExit = exitWords(is.get('ExecMainCode'), is.get('ExecMainStatus'));
  return {
    isEnabled,
    startsAtBoot: isEnabled && lingers,
    isRunning,
    hasFailed: is.get('ActiveState') === 'failed',
    isRestarting: is.get('SubState') === 'auto-restart',
    ...(isRunning && since !== undefined && { since }),
    ...(pid > 0 && { pid }),
    ...(Number.isInteger(restarts) && { restarts }),
    ...(lastExit !== undefined && { lastExit }),
    lines: await linesOf(place, ask),
    advice: [
      ...(lingers ? [] : [`So that it starts at boot: sudo loginctl enable-linger ${place.user.name}`]),
      `All that it said: journalctl ${place.scope === 'user' ? '--user ' : ''}-u ${place.name}`,
    ],
  };
}

/** Lines that are shown of the last ones. */
const shownLines = '5';

async function linesOf(place: Place, ask: Ask): Promise<readonly string[]> {
  const which = place.scope === 'user' ? ['--user', '--user-unit', unitOf(place)] : ['--unit', unitOf(place)];
  const { code, stdout } = await ask([
    'journalctl',
    ...which,
    '--lines',
    shownLines,
    '--output=cat',
    '--no-pager',
    '--quiet',
  ]);
  return code === 0 ? stdout.split('\n').filter((line) => line !== '') : [];
}

const propertiesIn = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split('\n').map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)] as const;
    }),
  );

/** `Sun 2026-11-29 09:48:23 UTC`, as it is with TZ=UTC and in plain letters. */
function instantIn(text = ''): number | undefined {
  const [, day, time] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC/.exec(text) ?? [];
  return day === undefined ? undefined : Date.parse(`${day}T${time}Z`);
}

/** How waitid(2) numbers them: 1 exited; 2 and 3 killed by a signal. Nothing where it has not ended yet. */
function exitWords(how = '', number = ''): string | undefined {
  if (how === '1') return `exit code ${number}`;
  return how === '2' || how === '3' ? `killed by signal ${number}` : undefined;
}
