/**
 * The unit of systemd, and how its values are quoted (systemd.service(5), *Command lines*; systemd.unit(5), *Specifiers*;
 * systemd.syntax(7)).
 */
import { madeBy, type Service } from './manager.ts';

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`).replaceAll('%', '%%');

/** One item of a list, or the program of a command line: no variable is looked for there. */
export const quotedItem = (text: string): string => `"${escaped(text)}"`;

/** An argument of a command line, in which `$` begins a variable. */
export const quotedArgument = (text: string): string => quotedItem(text.replaceAll('$', '$$$$'));

/** Restarted for ever, half a minute after each end: a server or a disk may come back days later. */
const restart = ['Restart=always', 'RestartSec=30'];

/** `run --watch` delivers for 10 s what is in its queues; a request under way and the log-outs come on top (assumed). */
const stop = ['KillSignal=SIGTERM', 'TimeoutStopSec=60'];

/** Of every unit: these need no right that a user's manager lacks. */
const always = ['UMask=0077', 'NoNewPrivileges=yes'];

/** What only the system's manager can do. No MemoryDenyWriteExecute: Node makes machine code as it runs. */
const confined = ({ writes }: Service): readonly string[] => [
  'ProtectSystem=strict',
  `ReadWritePaths=${writes.map(quotedItem).join(' ')}`,
  'ProtectHome=read-only',
  'PrivateTmp=yes',
  'PrivateDevices=yes',
  'ProtectControlGroups=yes',
  'ProtectKernelTunables=yes',
  'ProtectKernelModules=yes',
  'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK',
  'RestrictSUIDSGID=yes',
  'RestrictRealtime=yes',
  'LockPersonality=yes',
  'SystemCallArchitectures=native',
  'CapabilityBoundingSet=',
];

export function unitText(service: Service): string {
  const { command, scope, user } = service;
  const [program = '', ...args] = command;
  const isOfSystem = scope === 'system';
  return [
    `# Made by ${madeBy}, which writes it anew. What you change belongs into a`,
    `# drop-in: systemctl ${isOfSystem ? '' : '--user '}edit ${service.name}`,
    '[Unit]',
    `Description=ServerSync (${service.name})`,
    ...(isOfSystem ? ['Wants=network-online.target', 'After=network-online.target'] : []),
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    `ExecStart=${[quotedItem(program), ...args.map(quotedArgument)].join(' ')}`,
    ...(isOfSystem ? [`User=${user.name}`] : []),
    ...restart,
    ...stop,
    ...always,
    ...(isOfSystem ? confined(service) : []),
    '',
    '[Install]',
    `WantedBy=${isOfSystem ? 'multi-user.target' : 'default.target'}`,
    '',
  ].join('\n');
}
