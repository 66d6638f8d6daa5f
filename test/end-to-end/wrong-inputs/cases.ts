/** What people get wrong, and what they have to be told: where it is, and what would be right. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Path } from '../support/refusal.ts';
import { account } from '../support/office.ts';
import type { Desk } from './desk.ts';

export type Wrong = {
  readonly name: string;
  /** Spoils one thing on a desk where all is right. */
  readonly spoil?: (desk: Desk) => Promise<void> | void;
  /** Default: `run --once`. */
  readonly line?: string | ((desk: Desk) => string);
  /** Default 2. */
  readonly code?: number;
  readonly place: string | RegExp;
  readonly remedy: string | RegExp;
};

export const value =
  (path: Path, to: unknown) =>
  (desk: Desk): Promise<void> =>
    desk.configure(path, to);
export const hq = ['servers', 'hq'];
export const contacts = ['tables', 'contacts'];

export const configurationCases: readonly Wrong[] = [
  {
    name: 'an address without a scheme',
    spoil: value([...hq, 'url'], 'fm-hq.example.com'),
    place: 'servers.hq.url is "fm-hq.example.com"',
    remedy: 'https://fm-hq.example.com',
  },
  {
    name: 'an address with a path',
    spoil: value([...hq, 'url'], 'https://fm-hq.example.com/fmi/data'),
    place: 'servers.hq.url is "https://fm-hq.example.com/fmi/data"',
    remedy: 'Write only https://fm-hq.example.com',
  },
  {
    name: 'an address with an account in it',
    spoil: value([...hq, 'url'], 'https://sync:letmein@fm-hq.example.com'),
    place: 'servers.hq.url',
    remedy: 'Take them out, set them as SERVERSYNC_<SERVER>_USERNAME',
  },
  {
    name: 'http beyond this machine',
    spoil: value([...hq, 'url'], 'http://fm-hq.example.com'),
    place: 'servers.hq.url is "http://fm-hq.example.com"',
    remedy: 'Write https://fm-hq.example.com',
  },
  {
    name: 'a port that cannot be',
    spoil: value([...hq, 'url'], 'https://fm-hq.example.com:99999'),
    place: 'servers.hq.url is "https://fm-hq.example.com:99999"',
    remedy: 'Write one such as https://',
  },
  {
    name: 'another protocol',
    spoil: value([...hq, 'url'], 'fmnet://fm-hq.example.com'),
    place: 'servers.hq.url is "fmnet://fm-hq.example.com"',
    remedy: 'Write one such as https://',
  },
  {
    name: 'the same address twice',
    spoil: (desk) => desk.configure(['servers', 'branch', 'url'], desk.hq.url),
    place: 'tables.contacts.servers.branch',
    remedy: 'Correct the url or the database of one of them',
  },
  {
    name: 'a zone that is an abbreviation',
    spoil: value([...hq, 'timeZone'], 'EST'),
    place: 'servers.hq.timeZone is "EST"',
    remedy: 'America/New_York',
  },
  {
    name: 'a zone that is a city alone',
    spoil: value([...hq, 'timeZone'], 'New York'),
    place: 'servers.hq.timeZone is "New York"',
    remedy: 'Did you mean America/New_York?',
  },
  {
    name: 'a password in the file',
    spoil: value([...hq, 'password'], account.password),
    place: 'servers.hq.password',
    remedy: 'SERVERSYNC_HQ_PASSWORD in the environment',
  },
  {
    name: 'more sessions than may be',
    spoil: value([...hq, 'sessions'], 1000),
    place: 'servers.hq.sessions is 1000',
    remedy: 'from 1 to 100',
  },
  {
    name: 'a name of a server with a blank',
    spoil: (desk) => desk.configure(['servers'], { 'head office': desk.configuration['servers'] }),
    place: 'servers.head office',
    remedy: 'Names start with a letter',
  },
  {
    name: 'one server alone',
    spoil: value(['servers', 'branch'], undefined),
    place: 'servers',
    remedy: 'Describe at least two servers',
  },
  {
    name: 'no tables',
    spoil: value(['tables'], undefined),
    place: 'serversync.yaml:1:1  tables',
    remedy: 'Add it: map from table names to tables',
  },
  {
    name: 'a table without a key',
    spoil: value([...contacts, 'key'], undefined),
    place: 'tables.contacts.key',
    remedy: 'the primary-key field',
  },
  {
    name: 'a table without a stamp',
    spoil: value([...contacts, 'modified'], undefined),
    place: 'tables.contacts.modified',
    remedy: 'Add it: name of the modification timestamp field',
  },
  {
    name: 'the same field twice',
    spoil: value([...contacts, 'fields'], ['name', 'name']),
    place: 'tables.contacts.fields[1] is "name"',
    remedy: 'Name each field once',
  },
  {
    name: 'the key among the fields',
    spoil: value([...contacts, 'fields'], ['id', 'name']),
    place: 'tables.contacts.fields[0] is "id"',
    remedy: 'id is the key already',
  },
  {
    name: 'a mode that is none',
    spoil: value([...contacts, 'fields'], [{ name: 'notes', mode: 'once' }]),
    place: 'tables.contacts.fields[0]',
    remedy: 'Write sync or createOnly',
  },
  {
    name: 'a role that is none',
    spoil: value([...contacts, 'servers', 'hq', 'role'], 'master'),
    place: 'tables.contacts.servers.hq.role is "master"',
    remedy: 'Write both or send or receive',
  },
  {
    name: 'nobody who sends',
    spoil: value([...contacts, 'servers'], {
      hq: { layout: 'Contacts_Sync', role: 'receive' },
      branch: { layout: 'Contacts_Sync', role: 'receive' },
    }),
    place: 'tables.contacts.servers',
    remedy: 'Give one of them the role send, or both',
  },
  {
    name: 'a server that is not known',
    spoil: value([...contacts, 'servers', 'brnach'], { layout: 'Contacts_Sync' }),
    place: 'tables.contacts.servers.brnach',
    remedy: 'Did you mean branch?',
  },
  {
    name: 'a server without its layout',
    spoil: value([...contacts, 'servers', 'hq'], {}),
    place: 'tables.contacts.servers.hq.layout',
    remedy: 'Add it: name of the layout',
  },
  {
    name: 'a name that is not known',
    spoil: value([...contacts, 'feilds'], ['name']),
    place: 'tables.contacts.feilds',
    remedy: 'Did you mean fields?',
  },
  {
    name: 'a policy for deletes that is none',
    spoil: value([...contacts, 'deletes'], 'never'),
    place: 'tables.contacts.deletes is "never"',
    remedy: 'edit-wins',
  },
  {
    name: 'a schedule that is none',
    spoil: value(['schedule'], { sweep: 'whenever' }),
    place: 'schedule.sweep is "whenever"',
    remedy: 'daily at 02:00',
  },
  {
    name: 'an interval without its unit',
    spoil: value(['schedule'], { enumerate: 'every 5' }),
    place: 'schedule.enumerate is "every 5"',
    remedy: 'such as "5 minutes"',
  },
  {
    name: 'maintenance that is no window',
    spoil: value([...hq, 'maintenance'], ['23:00']),
    place: 'servers.hq.maintenance[0] is "23:00"',
    remedy: '23:00-00:30',
  },
  {
    name: 'a version that is to come',
    spoil: value(['version'], 2),
    place: 'version is 2',
    remedy: 'Install a newer serversync',
  },
  {
    name: 'a file of authorities that is not there',
    spoil: value([...hq, 'caFile'], 'missing.pem'),
    place: 'servers.hq.caFile is "missing.pem"',
    remedy: 'correct the path',
  },
  {
    name: 'a file of authorities that is none',
    spoil: async (desk) => {
      await desk.write('office.pem', 'Dear diary');
      await desk.configure([...hq, 'caFile'], 'office.pem');
    },
    place: 'servers.hq.caFile is "office.pem"',
    remedy: 'Export the certificate of the authority as PEM',
  },
  {
    name: 'tabs',
    spoil: (desk) => desk.write('serversync.yaml', 'version: 1\nservers:\n\thq: {}\n'),
    place: 'serversync.yaml:3:1',
    remedy: 'Indent with blanks',
  },
  {
    name: 'a name that is there twice',
    spoil: (desk) => desk.write('serversync.yaml', 'version: 1\nversion: 1\n'),
    place: 'serversync.yaml:2:1',
    remedy: 'Take one out, or give it another name',
  },
  {
    name: 'quotes that do not end',
    spoil: (desk) => desk.write('serversync.yaml', 'version: 1\nservers: "hq\n'),
    place: /serversync\.yaml:\d+:\d+/,
    remedy: 'Complete it, here or in a line above',
  },
  {
    name: 'an empty file',
    spoil: (desk) => desk.write('serversync.yaml', ''),
    place: 'serversync.yaml:1:1',
    remedy: 'the README has an example to start from',
  },
  {
    name: 'a file that is not there',
    line: 'run --once --config office.yaml',
    place: 'office.yaml',
    remedy: 'Name yours with --config FILE',
  },
  {
    name: 'a folder for a file',
    spoil: ({ folder }) => mkdir(join(folder, 'office.yaml')),
    line: 'run --once --config office.yaml',
    place: 'office.yaml',
    remedy: 'Name the file in it, such as serversync.yaml',
  },
];
