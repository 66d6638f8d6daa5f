/** What is typed wrong on the first day: `init` and `doctor`. */
import { hq, value, type Wrong } from './cases.ts';

const initOf = (url: string, ...more: readonly string[]): string =>
  ['init --yes --dry-run --server', `hq=${url}`, '--server branch=http://127.0.0.1:1', ...more].join(' ');

export const beginningCases: readonly Wrong[] = [
  {
    name: 'init with a server that has no name',
    line: 'init --yes --server http://127.0.0.1:1',
    place: '--server http://127.0.0.1:1',
    remedy: 'write --server hq=https://fm-hq.example.com',
  },
  {
    name: 'init with an address with a path',
    line: initOf('https://fm-hq.example.com/fmi'),
    place: '--server hq: ',
    remedy: 'Write only https://fm-hq.example.com',
  },
  {
    name: 'init with http beyond this machine',
    line: initOf('http://fm-hq.example.com'),
    place: '--server hq: ',
    remedy: 'Write https://fm-hq.example.com',
  },
  {
    name: 'init with a zone that is an abbreviation',
    line: (desk) => initOf(desk.hq.url, '--time-zone', 'hq=EST'),
    place: '--time-zone hq=EST',
    remedy: 'America/New_York',
  },
  {
    name: 'init with a policy that is none',
    line: 'init --deletes never',
    place: "'--deletes <policy>'",
    remedy: 'ignore, edit-wins, delete-wins',
  },
  {
    name: 'init with nobody to ask',
    line: 'init',
    place: 'there is no terminal to ask at',
    remedy: 'say --yes',
  },
  {
    name: 'init over a configuration that is there',
    line: 'init --yes --server hq=http://127.0.0.1:1',
    place: 'serversync.yaml is there already',
    remedy: 'Name another file with --output',
  },
  {
    name: 'init at a port that nobody listens at',
    line: ({ closedPort }) => initOf(`http://127.0.0.1:${closedPort}`),
    code: 3,
    place: 'server "hq" at http://127.0.0.1',
    remedy: 'check the address',
  },
  {
    name: 'init of a server with a certificate that nobody vouches for',
    line: ({ strange }) => initOf(strange.url),
    code: 3,
    place: 'the certificate of server "hq" at https://127.0.0.1',
    remedy: 'name its authority',
  },
  {
    name: 'doctor of a server that is not there',
    line: 'doctor --server brnch',
    place: 'no server brnch',
    remedy: 'Did you mean branch?',
  },
  {
    name: 'doctor of a table that is not there',
    line: 'doctor --table contcts',
    place: 'no table contcts',
    remedy: 'Did you mean contacts?',
  },
  {
    name: 'doctor at a port that nobody listens at',
    spoil: (desk) => desk.configure([...hq, 'url'], `http://127.0.0.1:${desk.closedPort}`),
    line: 'doctor',
    code: 3,
    place: 'server "hq" at http://127.0.0.1',
    remedy: 'Check `url`',
  },
  {
    name: 'doctor with a wrong password',
    spoil: () => void (process.env['SERVERSYNC_HQ_PASSWORD'] = 'open-sesame-4713'),
    line: 'doctor',
    code: 3,
    place: 'database "Main" on server "hq" answered 212',
    remedy: 'Manage > Security',
  },
  {
    name: 'doctor of a server whose certificate has expired',
    spoil: (desk) => desk.configure([...hq, 'url'], desk.ended.url),
    line: 'doctor',
    code: 3,
    place: 'ended on 2024-05-01',
    remedy: 'import a renewed',
  },
  {
    name: 'doctor of another layout',
    spoil: value(['tables', 'contacts', 'servers', 'hq', 'layout'], 'Contacts_Snyc'),
    line: 'doctor',
    place: 'Contacts_Snyc',
    remedy: /layout/i,
  },
];
