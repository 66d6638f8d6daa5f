/**
 * The service under launchd (launchd.plist(5), launchctl(1)): a daemon of the system, or an agent, which runs only while its
 * user is logged in. Not seen on a Mac yet: its texts and commands are tested, not what macOS does with them.
 */
import { join } from 'node:path';
import { textIn } from './files.ts';
import {
  type Ask,
  madeBy,
  type Place,
  type Service,
  type ServiceManager,
  type ServiceStatus,
  type Step,
} from './manager.ts';
import { xml } from './xml.ts';

const fileOf = ({ scope, home, name }: Place): string =>
  scope === 'system'
    ? `/Library/LaunchDaemons/${name}.plist`
    : join(home, 'Library', 'LaunchAgents', `${name}.plist`);

const domainOf = ({ scope, user }: Place): string => (scope === 'system' ? 'system' : `gui/${user.uid}`);

const targetOf = (place: Place): string => `${domainOf(place)}/${place.name}`;

const string = (text: string): string => `<string>${xml(text)}</string>`;

const key = (name: string, value: string): string => `  <key>${name}</key>\n  ${value}`;

/** Started again 30 s after its last start at the earliest; 60 s to end in, as under systemd. */
const plist = ({ name, command, scope, user }: Service): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    `<!-- Made by ${madeBy}, which writes it anew. -->`,
    '<plist version="1.0">',
    '<dict>',
    key('Label', string(name)),
    key('ProgramArguments', `<array>\n${command.map((one) => `    ${string(one)}`).join('\n')}\n  </array>`),
    ...(scope === 'system' ? [key('UserName', string(user.name))] : []),
    key('RunAtLoad', '<true/>'),
    key('KeepAlive', '<true/>'),
    key('ThrottleInterval', '<integer>30</integer>'),
    key('ExitTimeOut', '<integer>60</integer>'),
    key('Umask', '<integer>63</integer>'),
    '</dict>',
    '</plist>',
    '',
  ].join('\n');

/** Where it is not loaded there is nothing to take out. */
const unload = (place: Place): Step => ({
  kind: 'run',
  command: ['launchctl', 'bootout', targetOf(place)],
  orElse: '',
});

/** What was unloaded just now may still be ending: then it is refused at first. */
const load = (place: Place): readonly Step[] => [
  { kind: 'run', command: ['launchctl', 'enable', targetOf(place)] },
  { kind: 'run', command: ['launchctl', 'bootstrap', domainOf(place), fileOf(place)], tries: 70 },
];

export const launchd: ServiceManager = {
  title: 'launchd',
  keepsLines: false,
  text: plist,
  found: (place) => textIn(fileOf(place)),
  isSame: (found, text) => found === text,
  quoted: string,
  install: (service, isThere) => [
    ...(isThere ? [] : [{ kind: 'write', path: fileOf(service), text: plist(service) } as const]),
    unload(service),
    ...load(service),
  ],
  uninstall: (place) => [unload(place), { kind: 'remove', path: fileOf(place) }],
  start: (place) => [unload(place), ...load(place)],
  stop: (place) => [unload(place)],
  status: statusOf,
  as: (user, command) => ['sudo', '-n', '-u', user, ...command],
};

async function statusOf(place: Place, ask: Ask): Promise<ServiceStatus> {
  const { code, stdout } = await ask(['launchctl', 'print', targetOf(place)]);
  const pid = Number(/^\s*pid = (\d+)$/m.exec(stdout)?.[1] ?? 0);
  const exit = /^\s*last exit code = (\d+)/m.exec(stdout)?.[1];
  const runs = Number(/^\s*runs = (\d+)$/m.exec(stdout)?.[1] ?? 0);
  const isRunning = code === 0 && pid > 0;
  const since = isRunning ? await startOf(pid, ask) : undefined;
  const isOfSystem = place.scope === 'system';
  return {
    isEnabled: code === 0,
    startsAtBoot: code === 0 && isOfSystem,
    isRunning,
    ...(since !== undefined && { since }),
    ...(pid > 0 && { pid }),
    ...(runs > 0 && { restarts: runs - 1 }),
    ...(exit !== undefined && { lastExit: `exit code ${exit}` }),
    advice: isOfSystem
      ? []
      : [
          'It starts when you log in, not at boot. So that it does: serversync service',
          'uninstall, then sudo serversync service install --user NAME',
        ],
  };
}

/** `Sun Nov 29 09:48:23 2026`, as ps(1) has it with TZ=UTC and in plain letters. */
async function startOf(pid: number, ask: Ask): Promise<number | undefined> {
  const { stdout } = await ask(['ps', '-o', 'lstart=', '-p', String(pid)]);
  const at = Date.parse(`${stdout.trim()} UTC`);
  return Number.isNaN(at) ? undefined : at;
}
