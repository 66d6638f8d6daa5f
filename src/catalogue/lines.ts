/** Lines of a run: what happened, told as it happens. */
import type { EngineEvent } from '../engine/events.ts';
import type { Entries, Family } from './entry.ts';

/** Of these nothing is said to people. */
export const silentEvents = [
  'retrying',
  'read',
  'batched',
  'log-read',
] as const satisfies EngineEvent['kind'][];

type Told = Exclude<EngineEvent['kind'], (typeof silentEvents)[number]>;

const nothing = 'Nothing.';

const entries: Entries<Told | 'alarm' | 'stopped'> = {
  delivered: {
    title: 'TABLE: SERVER got N created, N updated, N deleted',
    means: 'Changes from elsewhere were written there.',
    do: nothing,
  },
  'hooks-missed': {
    title: 'TABLE: N changes on SERVER came by the schedule, of which no webhook had told',
    means:
      'FileMaker did not call for them, or its call did not arrive, though a webhook stands: nothing is lost, they came with the next reading of the schedule.',
    do: 'Now and then: nothing. Often: `serversync webhooks` says whether FileMaker reaches ServerSync.',
    more: 'webhooks.md',
  },
  parked: {
    title: 'TABLE: N records parked: …',
    means: 'They were set aside with the reason; the others go on.',
    do: '`serversync parked list`.',
    more: 'parked.md',
  },
  deferred: {
    title: 'TABLE: N records on SERVER left for later (…)',
    means:
      'locked: somebody has them open. parent: their parent is not there yet. outcome-unknown: a write had no clear answer and is looked up. unsettled: they changed so recently that it waits.',
    do: nothing,
  },
  transferring: {
    title: 'TABLE: a file for FIELD, from SERVER: … of … (N %)',
    means: 'A large file in a container is on its way, from that server or to it.',
    do: nothing,
    more: 'containers.md',
  },
  met: {
    title: 'TABLE: met SERVER, N shared records; TABLE: halted for SERVER: N of N shared records differ. …',
    means: 'The table was read there for the first time.',
    do: 'Nothing if it was met; else see `first-meeting`.',
  },
  slowed: {
    title: 'SERVER: its answers became slow, … at once instead of N until there is room again',
    means:
      'It gives way to those who work there: the server took longer for the same than a moment ago, refused requests, did not answer, or had many records locked. It tries for more by itself. Said once a minute at the most.',
    do: 'Nothing. If a first sync at night is to take all that the server bears: `niceness: 0` of that server.',
    more: 'configuration.md#serversname',
  },
  script: {
    title: 'SERVER: LAYOUT is written through the script from now on, …; by a request for each record: …',
    means:
      '`script` of that server is set. Whether the script of that file can be used is tried before it is, and again ten minutes after something stood against it. Each record is written either way; through the script it goes faster.',
    do: 'Where it is not used: `serversync doctor`, whose check `script` says what to do.',
    more: 'configuration.md#serversname',
  },
  'clock-stepped': {
    title: 'the clock of SERVER was set by N ms',
    means: 'It jumped. What that may have hidden is read again.',
    do: 'If nobody set it on purpose, let that computer take its time from the network.',
  },
  'other-zone': {
    title: 'SERVER stamps N hours off its clock: is its timeZone right?',
    means: 'Fresh records carry another hour than the clock of their server shows.',
    do: 'See the halt `other-zone`.',
  },
  rewritten: {
    title: 'TABLE: SERVER rewrote FIELD in N records',
    means:
      'The server made something else of a value that was written, by an auto-enter calculation or its formats. That counts as no edit.',
    do: 'Nothing, if it is meant. If what it makes should count everywhere, say `rewrites: accept`; if it should make nothing, tick *Do not replace existing value of field* of its calculation.',
    more: 'configuration.md',
  },
  'rewritten-endlessly': {
    title: 'SERVER and SERVER set FIELD of TABLE again each time, each in its own way: held in N records',
    means: 'Two auto-enter calculations undo each other. The field is held so that it ends.',
    do: 'Make both calculations the same, or take the field out; then choose: `serversync conflicts list --held`.',
  },
  'server-back': {
    title: 'SERVER works again (…)',
    means: 'What failed there before works now.',
    do: nothing,
  },
  'rows-unseen': {
    title: 'TABLE on SERVER: the account sees N of N records',
    means: 'Its privilege set hides some: they are neither kept the same nor taken for deleted.',
    do: '*File > Manage > Security*, privilege set of the account: *Records, View: yes*.',
  },
  paused: {
    title: 'paused: SERVER (serversync status says until when)',
    means: 'A pause or a window of `maintenance` has begun: nothing is asked there.',
    do: nothing,
  },
  'went-on': { title: 'goes on: SERVER', means: 'That pause is over.', do: nothing },
  'data-limit-reached': {
    title: 'SERVER is left alone: its licence lets it send no more (953)',
    means: 'It is asked again once an hour.',
    do: 'See `data-limit-exceeded`.',
  },
  'data-limit-over': {
    title: 'SERVER sends data again',
    means: 'The limit does not hold any more.',
    do: nothing,
  },
  'server-failed': {
    title: 'failed: …',
    means: 'Work on a server ended, for the reason whose code stands at the end.',
    do: 'Look that code up.',
  },
  ingested: {
    title: 'TABLE: N conflicts with SERVER decided, losers kept; … held: serversync conflicts list --held',
    means: 'Two servers changed the same field. The later change won, or a person is to choose.',
    do: '`serversync conflicts list` shows both values.',
  },
  outdated: {
    title: 'TABLE: another process goes by newer fields or servers, left to it',
    means: 'The configuration was changed while two processes work.',
    do: 'Start this one anew, so that it reads the file again.',
  },
  ended: {
    title: 'TABLE: N records deleted on SERVER, on the others next',
    means: 'They are gone there, found so twice.',
    do: 'Nothing, if they were meant to be. `serversync put-back TABLE KEY` brings one back.',
  },
  'log-unreadable': {
    title: 'TABLE: the log of deletes on SERVER cannot be read, so only a sweep finds them: …',
    means: 'Its layout (over OData: table) is missing, or lacks a field.',
    do: 'Mend it as the message says.',
    more: 'prepare-filemaker.md#a-log-of-deletes',
  },
  'sweep-layout-unfit': {
    title:
      'TABLE: the sweepLayout on SERVER shows other records than the layout, which is swept instead: …; … is not as it was, …',
    means: 'Both layouts have to show records from the same table, and this one key and stamp.',
    do: '*Layouts > Layout Setup…*, *Show records from*; put key and stamp on it.',
  },
  'called-otherwise': {
    title:
      'TABLE: the field FIELD is called FIELD …, and goes on by its id: write RENAME under its servers.SERVER',
    means: 'Somebody renamed it in FileMaker, and over OData a field is known by its id.',
    do: 'Write that `rename` under the table’s `servers.SERVER`. Nothing is read or written anew for that.',
    more: 'configuration.md#changing-it-later',
  },
  swept: {
    title: 'TABLE: swept SERVER: …; TABLE: N values in more than one record each: serversync status',
    means: 'The whole table was compared.',
    do: 'Nothing; for doubled values see `serversync status`.',
  },
  halted: {
    title: 'TABLE: halted for SERVER: …',
    means: 'Something looked dangerous: nothing is read or written there until you answer.',
    do: '`serversync halts ID` says the ways out.',
  },
  'halt-ended': {
    title: 'TABLE: goes on with SERVER',
    means: 'The halt was answered, or is mended.',
    do: nothing,
  },
  moved: {
    title:
      'TABLE on SERVER is at ADDRESS from now on (it was at ADDRESS): nothing is read or written until it is known to be the same file',
    means: 'Address, database, layout or table changed in the configuration.',
    do: 'Nothing: known records are looked for there first.',
  },
  proven: {
    title: 'TABLE on SERVER is the same file at its new address: …',
    means: 'Known records were found there as known.',
    do: nothing,
  },
  remapped: {
    title: 'TABLE on SERVER: paired by key after the migration: N records as known, …',
    means: 'After a migration the rows were paired with what was known, by their keys.',
    do: nothing,
    more: 'day-two.md',
  },
  renamed: {
    title: 'TABLE: FIELD is called NAME from now on; TABLE: FIELD is another field on SERVER from now on: …',
    means: 'Names changed in the configuration, and what is kept goes by the new ones.',
    do: 'See that it is what you meant, with `serversync plan` before a run.',
  },
  left: {
    title: 'TABLE: SERVER is not in the configuration any more, closed: …',
    means: 'What waited for it is closed. What is known of it is kept until `forget`.',
    do: 'Nothing, or `serversync forget --server SERVER`.',
  },
  alarm: {
    title:
      'ALARM: SERVER lags by N; ALARM: the clocks of SERVER and SERVER differ by N; ALARM: SERVER sent N; ALARM: TABLE on SERVER was last read N ago',
    means:
      'A bound of `alarms`, or 80% of a `dataBudget`, is passed. It is told at the end of a run and by `status`.',
    do: 'See the same under *What waits for you*: `lag`, `skew`, `data`, `unread`.',
  },
  stopped: {
    title: 'STOPPED: SERVER is left alone since TIME: 953, its licence lets it send no more',
    means: 'It is asked again once an hour.',
    do: 'See `data-limit-exceeded`.',
  },
};

export const lines: Family = {
  heading: 'During a run',
  seen: 'As lines of `run --once`, `run --watch` and their `--log`, and as messages in the logs of the functions on AWS. Most say what was done, and ask for nothing.',
  prefix: 'line-',
  entries,
};
