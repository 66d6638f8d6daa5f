/** Problems of a configuration, and of the accounts that go with it. */
import type { ProblemCode } from '../config/problem-code.ts';
import { configurationOnAws } from './configuration-on-aws.ts';
import { configurationOnLayouts } from './configuration-on-layouts.ts';
import type { Entries, Family } from './entry.ts';

const entries: Entries<
  Exclude<ProblemCode, keyof typeof configurationOnLayouts | keyof typeof configurationOnAws>
> = {
  'config-file': {
    title: 'there is no such file; a folder, not a file; the file cannot be read; not text in UTF-8',
    means: 'The file of the configuration cannot be read as text.',
    do: 'Name yours with `--config FILE`; give the user who runs the sync the right to read it; save it as UTF-8 (in the Windows Editor: *File > Save as*, Encoding).',
  },
  'config-yaml': {
    title:
      'not YAML that can be read; a tab at the start of the line; indented otherwise than the lines it belongs to; the file is empty; …',
    means: 'The text does not have the form of YAML, so that nothing of it can be understood yet.',
    do: 'Look at the line that is named and the one above: two blanks a level and no tabs, a blank after each colon, quotes around text that holds a colon or begins with a sign.',
  },
  'config-newer': {
    title: 'newer than this serversync understands, which is version 1',
    means: '`version` is that of a later release, whose settings would be misread.',
    do: 'Install that release, or write `version: 1`.',
  },
  'config-unknown-name': {
    title: 'not known here. Did you mean NAME? Known are …',
    means: 'No setting has that name in this place: it is misspelt, or stands a level too high or too low.',
    do: 'Take one of those that are listed. `docs/configuration.md` has all of them; the first line of the example lets editors check them as you type.',
    more: 'configuration.md',
  },
  'config-bad-name': {
    title: 'not a name that can be used here',
    means: 'Names of servers and tables become parts of other names.',
    do: 'Begin with a letter; use up to 40 letters, digits, - and _.',
  },
  'config-credentials': {
    title: 'credentials are never in this file; credentials in the address (not shown here)',
    means: 'An account or a password stands in the configuration, which others may read.',
    do: 'Take it out and store it with `serversync accounts set SERVER`. If others could read the file, give the account a new password.',
  },
  'config-missing': {
    title: 'missing. Add it: …',
    means: 'A setting that has to be there is not.',
    do: 'Add it as the message says.',
    more: 'configuration.md',
  },
  'config-empty': {
    title: 'empty. Wanted here: …',
    means: 'The setting is there and has no value.',
    do: 'Write one, or take the line out where it need not be there.',
  },
  'config-wrong-value': {
    title:
      'NUMBER where text belongs; not a value that can stand here; more than N; blanks at an end, or more than one line; …',
    means: 'The value is of another kind than the setting takes, or out of its range.',
    do: 'Write what the message asks for. Put text that looks like a number, yes or no in quotes.',
    more: 'configuration.md',
  },
  'config-duration': {
    title: 'not a duration; too short; too long',
    means: 'It cannot be read as a time, or is outside what makes sense for that setting.',
    do: 'Write a whole number with seconds, minutes or hours, such as "5 minutes", within the bounds that are named.',
  },
  'config-days': {
    title: 'not a number of days; too short: …; shorter than history (N days), …',
    means:
      'For how long something is kept is no number of days, is too short to be safe, or is shorter than what it is a part of.',
    do: 'Write it as in "400 days", within the bounds that are named.',
    more: 'configuration.md',
  },
  'config-schedule': {
    title: 'not a time for sweeps; not a time for reports; not a time of day',
    means: 'When something is done each day cannot be read.',
    do: 'Write it as in "daily at 02:00 local"; for sweeps also "6 hours" or never.',
  },
  'config-maintenance': {
    title:
      'not a window of time; a window that ends as it begins; a window that ends on a day and begins on none',
    means: 'When nothing is asked of the server cannot be read.',
    do: 'Write from when to when by its clock: "23:00-00:30" for each day, "Sat 22:00-Sun 06:00" for each week.',
  },
  'config-data-budget': {
    title:
      'not an amount of data for a span of time; a budget for a year, which no calendar has: …; too little',
    means: 'How much the server is meant to send cannot be read.',
    do: 'Write it as in "5 GB per month" or "500 MB per day".',
  },
  'config-size': {
    title: 'not a size in MB or GB; too small; too large',
    means: 'How large a file in a container may be cannot be read, or is outside of what can be carried.',
    do: 'Write it as in "100 MB" or "1 GB".',
    more: 'containers.md',
  },
  'config-time-zone': {
    title: 'not a time zone; an abbreviation, …; an offset, which knows no summer time',
    means:
      'FileMaker shows local times without a zone. With a wrong one, the order of changes would be wrong by hours.',
    do: 'Write the zone in which the clock of that host is, by a city: America/New_York, Europe/London; UTC where it is set to that.',
  },
  'config-address': {
    title: 'not an address of a server; more than scheme, host and port',
    means: 'The address cannot be one of a FileMaker Server.',
    do: 'Write https and the host alone, such as https://fm-hq.example.com. File and layout have settings of their own.',
  },
  'config-plain-http': {
    title: 'http would send the password in the clear; it is allowed for this machine only',
    means: 'The account would travel readable for everybody in between.',
    do: 'Write https, and give the server a certificate (Admin Console, *Configuration > SSL Certificate*).',
  },
  'config-webhook-secret': {
    title: 'SERVERSYNC_WEBHOOK_SECRET: …',
    means:
      'The secret that FileMaker sends with each call of a webhook, where you give one yourself: short ones could be found by trying.',
    do: 'Take the variable away, so that ServerSync makes a secret itself; or set 24 letters and digits or more.',
    more: 'webhooks.md',
  },
  'config-email': {
    title: 'not one e-mail address',
    means: 'Alarms cannot go there.',
    do: 'Write one address, such as ops@example.com; for several, one of a group.',
  },
  'config-ca-file': {
    title: 'a file that cannot be read (CODE): FILE',
    means:
      'The certificate authority of `caFile` is not where its path says, from the folder of the configuration on.',
    do: 'Put the PEM file there, or correct the path.',
  },
  'config-too-few': {
    title: 'N described, at least 2 needed; N named, at least 2 needed',
    means: 'With less than two servers there is nothing to keep the same.',
    do: 'Describe the others, and name them under `servers` of the table.',
  },
  'config-roles': {
    title: 'no server …',
    means: 'By their roles nothing would ever be carried.',
    do: 'Give one server of the table the role send (or both), another receive (or both).',
  },
  'config-unknown-server': {
    title: 'not one of the servers; not a server of this table',
    means: 'A table names a server that the file does not describe, or that has no part in it.',
    do: 'Correct the name, or describe that server.',
  },
  'config-unknown-table': {
    title: 'not one of the tables. Known tables are …',
    means: '`after` names a table that the file does not describe.',
    do: 'Correct the name, or describe that table.',
  },
  'config-circle': {
    title: 'a circle: TABLE after TABLE after …',
    means: 'Records that wait for each other would never come.',
    do: 'Take one `after` of the circle out.',
  },
  'config-twice': {
    title: 'FIELD is … already; FIELD and FIELD would both be NAME on this server; named twice; …',
    means: 'Something is named where it can be once only.',
    do: 'Take one of the two out, or map each with `rename` to its own field.',
  },
  'config-same-place': {
    title: 'the same database as server SERVER: FILE at ADDRESS',
    means: 'Two servers of a table are one file, which would be kept the same as itself.',
    do: 'Correct `url` or `database` of one of them.',
  },
  'config-other-api': {
    title:
      'knows tables and no layouts; sees a table by a layout; OData writes many records by one request without it; …',
    means: 'A setting belongs to the other API than the server has (`api`).',
    do: 'Over the Data API name a `layout`; over OData the `table`: the name of its occurrence in *File > Manage > Database… > Relationships*. Or correct `api` of the server.',
    more: 'configuration.md',
  },
  'config-same-layout': {
    title: 'the layout of the records themselves; the field of the key',
    means: 'A log of deletes, or a layout for sweeps, has to be another one than that of the records.',
    do: 'Name the layout that shows the log, or key and stamp alone; or leave it out.',
    more: 'prepare-filemaker.md#a-log-of-deletes',
  },
  'config-no-effect': {
    title:
      'a server that only receives is not asked for deletes; all records belong on this server, so that none leaves; nothing is ever written on a server with the role send; …',
    means:
      'As the rest stands, this setting would never come to bear, so that somebody believes in what is not.',
    do: 'Take it out, or change the role (or `where`) by which it would.',
  },
  'config-unknown-field': {
    title: 'not a field of this table; not one of the fields of this table',
    means: '`rename`, `merge` or `after` names a field that `fields` does not.',
    do: 'Correct the name, or add the field to `fields`.',
  },
  'config-field-mode': {
    title:
      'FIELD is added up, and …; FIELD is sent with a new record and never afterwards …; none of them is kept the same',
    means: 'Two settings of a field contradict each other, or no field is left that is kept the same.',
    do: 'Take one of the two out.',
  },
  'config-where': {
    title:
      'neither the key nor a field that is kept the same: …; a search for words depends on the index of the field; no NUMBER and no span of such can be read in it; …',
    means:
      'Who belongs on a server has to be told from the synced fields alone, and by criteria that mean the same in every language and on every day.',
    do: 'Use whole texts (==North), = (empty), * (not empty), and spans of numbers or dates in the form 2026-01-31.',
    more: 'configuration.md',
  },
  'config-account-missing': {
    title: 'SERVERSYNC_<SERVER>_PASSWORD: not set',
    means:
      'There is no account to log in with on that server, neither in the environment nor in the file of accounts.',
    do: '`serversync accounts set SERVER` asks for it and stores it. A service or a schedule does not have the variables of your terminal.',
  },
  'config-account-unusable': {
    title:
      'a colon in the account name (not shown here); a letter beyond ASCII in the account name (not shown here); the variable of more than one server: …',
    means: 'The Data API cannot take such a name, or two servers would have one variable.',
    do: 'Give the FileMaker account a name of plain letters, digits and signs; rename one of the servers.',
  },
  'config-accounts-file': {
    title:
      'others than its owner may use it (mode N); the file of user N, not of N, who runs the sync; not of the form …; not there',
    means:
      'The file of accounts is not taken while others could read the passwords in it, or cannot be read.',
    do: 'Do what the message says (`chmod 600`, on Windows `icacls`), or store the accounts anew: `serversync accounts set SERVER`.',
  },
};

export const configuration: Family = {
  heading: 'In the configuration',
  seen: 'As `the configuration has N problems`, two lines for each: the place, and what is wrong with its code at the end; in `--json` as `problems[]`. Nothing was written anywhere.',
  prefix: '',
  entries: { ...entries, ...configurationOnLayouts, ...configurationOnAws },
};
