/** What a command answers that could not do what it was asked for. Its codes are those that have an entry here. */
import type { Entries, Family } from './entry.ts';

export const refusedEntries = {
  'simulation-refused': {
    title: 'the description cannot be simulated: …; cannot listen on port N',
    means: 'The file of `simulate` says something that cannot be, or another program has the port.',
    do: 'Correct the place that is named, or give another port with `--port`.',
    more: 'simulator.md',
  },
  'not-halted': {
    title: 'there is no halt ID; TABLE is not halted on SERVER; … cannot be answered so',
    means: 'What was to be answered is not halted (any more), or that answer makes no sense for it.',
    do: '`serversync halts` lists what is halted, with the answers that there are.',
  },
  'unknown-name': {
    title: 'there is no table NAME in the configuration',
    means: 'A name on the command line is none of those that are known.',
    do: 'Take one of those that the message lists; upper and lower case count.',
  },
  'no-conflict': {
    title: 'no conflict has an ID that begins with ID: …',
    means:
      'No conflict of that id is kept: it is mistyped, or was kept for longer than `retention.conflicts`.',
    do: '`serversync conflicts list` shows those that there are.',
  },
  'not-chosen': {
    title: '… nothing was chosen',
    means: 'The field was changed since, was chosen otherwise, or the value does not fit its type.',
    do: 'Look again with `serversync conflicts show ID`. `--force` chooses all the same.',
  },
  'chosen-since': {
    title: 'somebody chose FIELD since this was shown: …',
    means:
      'In the console: in another tab, by a command or by another person something was chosen, or a choice taken back, after the page had shown the conflict.',
    do: 'The page shows by now what holds. Choose again if it shall be otherwise.',
    more: 'console.md',
  },
  'stack-missing': {
    title: 'there is no stack NAME in region REGION of this AWS account; …',
    means: 'The name, the account or the region is another, or it was not deployed yet.',
    do: 'Look at `--stack`, `AWS_PROFILE` and `AWS_REGION`.',
    more: 'aws.md',
  },
  'region-missing': {
    title: 'no AWS region that can be used',
    means: 'Neither the environment nor the profile says in which region the stack is.',
    do: 'Set `AWS_REGION`, such as eu-west-1.',
  },
  'no-such-server': {
    title: 'there is no server SERVER in FILE',
    means: 'The configuration has no server of that name.',
    do: 'Take one of those that the message lists.',
  },
  'no-such-table': {
    title: 'the stack has not read TABLE on every server yet, so that it cannot be compared',
    means: 'Its layouts are known only once each server was read.',
    do: 'Wait some minutes; `serversync status --stack NAME` says what keeps it.',
  },
  'not-parked': {
    title: 'no record with the key KEY is parked of TABLE',
    means: 'Nothing that was named is parked: perhaps it came out by itself.',
    do: '`serversync parked list` shows what is.',
    more: 'parked.md',
  },
  'no-record': {
    title: 'there is no record with the key KEY in TABLE: upper and lower case count',
    means: 'The key is mistyped, the record was never read, or it was forgotten.',
    do: 'Copy the key from FileMaker as it stands; blanks and upper and lower case count.',
  },
  'not-put-back': {
    title: '… cannot be put back',
    means: 'That version is not kept any more, the record holds it already, or no server could get it.',
    do: '`serversync history TABLE KEY` shows the versions that there are.',
    more: 'history.md',
  },
  'not-forgotten': {
    title:
      'TABLE KEY lives: it is on SERVER. Delete it in FileMaker on one of them, let the sync carry that, and forget it then',
    means: 'A record that lives on a server would come back from there at once.',
    do: 'Delete it in FileMaker, let that arrive everywhere, then say it again.',
    more: 'day-two.md#privacy-forgetting-a-record',
  },
  'not-exported': {
    title: 'FILE: …',
    means: 'The file could not be written, or is there already: no file is overwritten.',
    do: 'Name another one with `--to`.',
  },
  'no-account': {
    title: 'no ACCOUNT was given, so nothing was stored. Run it again; … or set it here',
    means: 'The input ended early, or a command that reaches servers from this machine found no account.',
    do: 'Run `serversync accounts set SERVER` and answer both questions.',
  },
  'not-stored': {
    title: 'FILE cannot be written (CODE), so nothing was stored; …',
    means: 'The file of accounts could not be written so that nobody else may read it.',
    do: 'Name a folder of your own with `--accounts`, on a disk that keeps rights.',
  },
  'log-unwritable': {
    title: 'FILE cannot be written',
    means: 'The file of `--log` cannot be opened.',
    do: 'Name one in a folder where this user may write.',
  },
  'still-configured': {
    title: '… is in the configuration',
    means: 'Only what the configuration does not name any more can be forgotten.',
    do: 'Take the server or the table out of the file first, and run once.',
    more: 'day-two.md#changing-the-configuration-while-data-lives',
  },
  'not-confirmed': {
    title: '…; nothing was forgotten',
    means: 'The question was not answered with yes, or there was no terminal to ask in.',
    do: 'Say it again with `--yes`.',
  },
  'service-refused': {
    title: '… already that serversync did not make',
    means: 'A service cannot be made or changed so on this machine.',
    do: 'Do what the message says: another `--name`, `sudo`, or another user.',
    more: 'day-two.md#as-a-service-on-a-machine-of-yours',
  },
  'service-failed': {
    title: 'COMMAND failed: …',
    means: 'systemd, launchd or the Task Scheduler refused what it was asked for; its words are shown.',
    do: 'Follow them, and run it again.',
  },
  'no-time': {
    title: '--until "TEXT" is not a time',
    means: 'It is neither how long nor a time to come.',
    do: 'Write how long, as in "2 hours", or a time as in "2026-01-31 06:00".',
  },
  'no-terminal': {
    title:
      'status --watch draws on a terminal, and there is none here: leave --watch out, and run it as often as it is wanted',
    means: 'What it prints goes into a file or to another program, which cannot be drawn anew.',
    do: '`serversync status --json` is for other programs.',
  },
  'port-taken': {
    title:
      'another program listens on port N: another console perhaps; port N is not for users: name one from 1024 on',
    means: 'The console cannot have the port that was named.',
    do: 'Name another one with `--port`, or none: then a free one is taken.',
  },
  'not-asked': {
    title:
      '…: not given. Say …; there is no terminal to ask at: say --yes to take what is proposed, …; OPTION … is not of the form that is wanted: write …',
    means: '`init` cannot ask here, or an option says what cannot be.',
    do: 'Give the option that the message names; `serversync init --help` has examples.',
  },
  'server-too-old': {
    title: 'SERVER: FileMaker Server VERSION …, is too old to be spoken to over OData: …',
    means: '`init` looked at its version before it proposed `api: odata`.',
    do: 'Let it be spoken to over the Data API, by sync layouts (`--api SERVER=data`), or install FileMaker Server 2023 (20) or later.',
  },
  'file-there': {
    title:
      'FILE is there already, and was left as it is; FILE cannot be written (CODE). Name another file with --output',
    means: '`init` replaces no configuration by itself.',
    do: 'Name another file with `--output`, or replace it with `--force`, which keeps a copy.',
  },
  'nothing-shared': {
    title:
      'no two layouts or tables of these servers show the same table: …; none of the tables can be synced as it is (…), so nothing was written; no table was chosen, so nothing was written',
    means: '`init` found no table that could be kept the same.',
    do: 'Make a sync layout of each table on each server, and see that the account may see it. `serversync init --create-fields` says what a table lacks.',
    more: 'prepare-filemaker.md',
  },
  'not-paused': {
    title: 'nothing that was paused as NAME can be resumed',
    means: 'There is no such pause, or what is to be paired after a migration was not paused before.',
    do: 'Take one of those that the message lists; pause first.',
  },
  'not-tested': {
    title: 'alarms that are mailed are those of a stack',
    means: 'On one machine alarms are lines of `serversync status` and of the log: there is no mail to try.',
    do: 'Name the stack: `serversync doctor --stack NAME --test-alarm`.',
  },
  'not-compared': {
    title: 'it took longer than N hours, for which sessions may be held beside the stack',
    means: 'The comparison was ended so that the functions of the stack get all sessions back.',
    do: 'Compare one table or server at a time: `--table T`, `--server S`.',
  },
} as const satisfies Entries<string>;

const others: Entries<'usage' | 'stopped' | 'unexpected' | 'record-busy' | 'configuration-invalid'> = {
  usage: {
    title: 'error: …',
    means: 'The command line cannot be understood. Nothing was done.',
    do: '`serversync COMMAND --help` shows options and examples.',
  },
  stopped: {
    title: 'stopped by SIGINT: …',
    means: 'Ctrl-C, or whoever ends services, stopped it between two requests. Sessions were logged out.',
    do: 'Run it again: it goes on where it was.',
  },
  unexpected: {
    title: 'this should not happen; what was done so far is kept, and it can be run again',
    means: 'A mistake of ServerSync itself.',
    do: 'Report it with all lines below it, which hold no value of a record.',
  },
  'record-busy': {
    title: 'the record was changed again and again meanwhile: nothing was chosen, run it again',
    means: 'Others wrote the same record at the same time, twenty times in a row.',
    do: 'Run it again.',
  },
  'configuration-invalid': {
    title: 'the configuration has N problems: …',
    means: 'Nothing was written to any server. Each problem is shown with its own code.',
    do: 'Mend each; those codes are below *In the configuration*.',
    more: 'configuration.md',
  },
};

export const commands: Family = {
  heading: 'When a command cannot do what it was asked for',
  seen: 'As the last line of the command, `serversync: … (CODE)`, and as `code` of `--json`. Nothing was done then.',
  prefix: '',
  entries: { ...others, ...refusedEntries },
};

/** Whoever refuses something says it by one of these. */
export type RefusedCode = keyof typeof refusedEntries;
