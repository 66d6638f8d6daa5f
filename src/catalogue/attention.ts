/** What waits for a person, but for halts, which have entries of their own. */
import type { MatterKind } from '../composition/attention/matter.ts';
import type { HaltedPlace } from '../composition/overview.ts';
import type { Entries, Family } from './entry.ts';

const entries: Entries<Exclude<MatterKind, HaltedPlace['why']>> = {
  failing: {
    title: 'SERVER: it cannot be read or written',
    means: 'The last tries to work on that server failed, for the reason that follows.',
    do: 'Look that reason up under *When connecting to a server*.',
  },
  'never-run': {
    title: 'no run has read a server yet',
    means: 'There is a state here, and nothing in it.',
    do: '`serversync run --once`, and see what it says.',
  },
  held: {
    title: 'TABLE: N conflicts wait for your choice',
    means: 'With `conflicts: hold` a person decides; each server keeps its own value until then.',
    do: '`serversync conflicts list --held`, then `conflicts resolve ID --keep SERVER`.',
  },
  parked: {
    title: 'TABLE on SERVER: N records are parked',
    means: 'The server would not take them, or they cannot be told from others. The others go on.',
    do: '`serversync parked list` shows each cause with what to look at.',
    more: 'parked.md',
  },
  lag: {
    title: 'TABLE on SERVER: N changes … to be brought there',
    means: 'The oldest waits for longer than `alarms.lag`.',
    do: 'Is a run at work (`serversync service status`)? Else `serversync status` says what keeps it.',
  },
  unread: {
    title: 'TABLE on SERVER: its changes were read last (N ago)',
    means:
      'On AWS: nothing has been read there for longer than `schedule.enumerate` and `alarms.lag` together.',
    do: '`serversync status --stack NAME` says which server fails. If none does, see in the AWS console that the schedules of the stack are enabled.',
  },
  certificate: {
    title: 'SERVER: its certificate … (DATE); sync stops there then',
    means: 'Certificates are always checked.',
    do: 'Install a new one in the Admin Console, *Configuration > SSL Certificate*, and start FileMaker Server anew.',
  },
  data: {
    title: 'SERVER: it sent N per month: 80% of N',
    means: 'It nears its `dataBudget`. Nothing stops for it.',
    do: 'See what the licence allows: Admin Console, *Connectors > FileMaker Data API*. Sweep less often, or put fewer fields on the layout.',
    more: 'day-two.md',
  },
  skew: {
    title: 'SERVER: its clock is N seconds … that of SERVER',
    means: 'By more than `alarms.skew`. Sync allows for it, but people see these times.',
    do: 'Let that computer take its time from the network: Windows *Settings > Time & language*, Mac *System Settings > General > Date & Time*.',
  },
  'clock-set': {
    title: 'SERVER: its clock was set … by N',
    means: 'What that may have hidden is read again.',
    do: 'If nobody set it on purpose, let that computer take its time from the network.',
  },
  webhooks: {
    title:
      'SERVER: FileMaker does not reach what its webhooks call: …; its webhooks could not be looked after: …; it has no webhooks …; the configuration does not name it any more, and N webhooks of ours may stand there …',
    means:
      'The server says `wake: webhook`, and its calls do not arrive. Nothing is lost: its changes come with the next reading of the schedule.',
    do: '`serversync webhooks`: 1631 is no connection, so the address of `webhook`, a firewall or a certificate that FileMaker Server does not know is at fault; or ServerSync is not at work. Without FileMaker Server 22.0.4 write `wake: schedule`. Of a server that was taken out: `serversync webhooks --remove --server SERVER`.',
    more: 'webhooks.md',
  },
  waiting: {
    title: 'TABLE on SERVER: N records … in TABLE',
    means: 'With `after` a child is brought only once its parent is there, and these wait for long.',
    do: '`serversync parked list --server SERVER` shows what keeps the parents.',
  },
  paused: {
    title: 'SERVER: paused until it is resumed, and no alarm is raised for it',
    means: 'Somebody paused it without saying until when. What waits is kept.',
    do: '`serversync resume` with what was paused, if it was forgotten.',
  },
  'log-unread': {
    title: 'TABLE on SERVER: its log of deletes was never read; its log of deletes was read last (N ago)',
    means: 'Only sweeps find deletes there.',
    do: '`serversync run --once` says what is wrong with its layout (over OData: table).',
    more: 'prepare-filemaker.md#a-log-of-deletes',
  },
  'sweep-layout': {
    title:
      'TABLE on SERVER: its sweepLayout LAYOUT shows other records than its layout; … lacks the key or the stamp, or is gone',
    means: 'Sweeps list the layout of the records instead, which sends more.',
    do: 'Let it show records from the same table (*Layouts > Layout Setup…*), with key and stamp on it; then `serversync sweep`.',
  },
  'called-otherwise': {
    title: 'TABLE on SERVER: the field FIELD is called FIELD on SERVER now',
    means:
      'Somebody renamed it in FileMaker. It is synced as before, by its id (over OData); the configuration has its former name.',
    do: 'Write the `rename` that is named under the table’s `servers.SERVER`. Nothing is read or written anew for that.',
    more: 'configuration.md#changing-it-later',
  },
  doubled: {
    title: 'TABLE: N values of FIELD … in more than one record (N records)',
    means:
      'The field has `unique: true`, and two offices gave the same number. Nothing is changed by itself.',
    do: '`serversync status` shows the keys. Give all but one another value, on any server.',
  },
};

export const attention: Family = {
  heading: 'What waits for you',
  seen: 'In `serversync attention` and the daily mail on AWS, and as `kind` in `--json`. A halted table is among them, under its own name.',
  prefix: 'waits-',
  entries,
};
