/** What is typed wrong, and a state that is not what it should be. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Wrong } from './cases.ts';
import { say } from './desk.ts';

const ran = async (): Promise<void> => void (await say(['run', '--once']));

export const commandCases: readonly Wrong[] = [
  {
    name: 'a record that is not there',
    spoil: ran,
    line: 'history contacts K-99999',
    place: 'K-99999',
    remedy: 'There are "K-0000',
  },
  {
    name: 'a halt that is not there',
    spoil: ran,
    line: 'approve 3f9a1d',
    place: '3f9a1d',
    remedy: 'nothing is halted now',
  },
  {
    name: 'a conflict that is not there',
    spoil: ran,
    line: 'conflicts resolve 17 --keep hq',
    place: '17',
    remedy: 'serversync conflicts list',
  },
  {
    name: 'a parked record that is not there',
    spoil: ran,
    line: 'parked retry --key K-99999',
    place: 'K-99999',
    remedy: 'serversync parked list',
  },
  {
    name: 'a resume of what is not paused',
    spoil: ran,
    line: 'resume --server hq',
    place: 'hq',
    remedy: 'nothing is paused now',
  },
  {
    name: 'a rate with its unit',
    line: 'run --once --max-rate 50/s',
    place: '--max-rate',
    remedy: 'Give a whole number from 1 to 10000',
  },
  {
    name: 'a rate at which nothing moves',
    line: 'run --watch --max-rate 0',
    place: '--max-rate',
    remedy: 'Give a whole number from 1 to 10000',
  },
  { name: 'an unknown command', line: 'snyc', place: "unknown command 'snyc'", remedy: '--help' },
  {
    name: 'a command that is nearly right',
    line: 'statsu',
    place: "'statsu'",
    remedy: 'Did you mean status?',
  },
  {
    name: 'an unknown option',
    line: 'run --onec',
    place: "unknown option '--onec'",
    remedy: 'Did you mean --once?',
  },
  { name: 'neither of two', line: 'run', place: 'say --once', remedy: 'or --watch' },
  {
    name: 'both of two',
    line: 'run --once --watch',
    place: "option '--once'",
    remedy: "cannot be used with option '--watch'",
  },
  {
    name: 'an option without its value',
    line: 'run --once --config',
    place: "'--config <file>'",
    remedy: 'argument missing',
  },
  {
    name: 'a command without its argument',
    line: 'approve',
    place: "'id-or-table'",
    remedy: '--help tells more',
  },
  {
    name: 'more arguments than there are',
    line: 'status contacts',
    place: "too many arguments for 'status'",
    remedy: '--help tells more',
  },
  {
    name: 'a number that is none',
    line: 'audit --limit many',
    place: "'--limit <",
    remedy: 'Give a whole number',
  },
  {
    name: 'a port that is none',
    line: 'simulate --port http',
    place: '--port is http',
    remedy: 'a whole number from 0',
  },
  {
    name: 'a port that is taken',
    line: ({ hq }) => `simulate --port ${new URL(hq.url).port}`,
    place: /cannot listen on port \d+/,
    remedy: 'Give another one with --port',
  },
  {
    name: 'a description that is not there',
    line: 'simulate --file office.yaml',
    place: '--file is office.yaml',
    remedy: 'docs/simulator.md',
  },
  {
    name: 'a table that is not there',
    line: 'plan --table contcts',
    place: 'no table contcts',
    remedy: 'Did you mean contacts?',
  },
  {
    name: 'a server that is not there',
    line: 'plan --server brnch',
    place: 'no server brnch',
    remedy: 'Did you mean branch?',
  },
  {
    name: 'a pause until no time',
    spoil: ran,
    line: 'pause --until soon',
    place: '--until "soon"',
    remedy: 'Write how long',
  },
  {
    name: 'a pause of a server that is not there',
    spoil: ran,
    line: 'pause --server brnch',
    place: 'no server brnch',
    remedy: 'Did you mean branch?',
  },
  {
    name: 'status before any run',
    line: 'status',
    place: 'serversync.db',
    remedy: 'Run `serversync run --once` first',
  },
  {
    name: 'a dry run of nothing',
    line: 'verify --dry-run',
    place: '--dry-run',
    remedy: '--repair --dry-run',
  },
  {
    name: 'an account for a server that is not there',
    line: 'accounts set brnch',
    place: 'brnch',
    remedy: 'Did you mean branch?',
  },
  {
    name: 'a state together with a stack',
    line: 'status --state here --stack ServerSync',
    place: '--stack',
    remedy: 'cannot be used with option',
  },
  {
    name: 'a state that is no state',
    spoil: async (desk) => {
      await mkdir(join(desk.folder, '.serversync'), { mode: 0o700 });
      await desk.write('.serversync/serversync.db', 'Dear diary, '.repeat(500));
    },
    place: 'serversync.db',
    remedy: 'Put a copy back',
  },
  {
    name: 'a file where the state belongs',
    spoil: (desk) => desk.write('state', ''),
    line: 'run --once --state state',
    place: /state: lies in or is a file/,
    remedy: 'Name a folder with --state',
  },
  {
    name: 'a folder for a log',
    spoil: ({ folder }) => mkdir(join(folder, 'log')),
    line: 'run --once --log log',
    place: 'log is a folder',
    remedy: 'Name a file with --log',
  },
];
