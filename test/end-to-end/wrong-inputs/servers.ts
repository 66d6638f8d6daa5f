/** What stands in the way on the servers: addresses, certificates, accounts, files, layouts, fields. */
import { signed } from '../../filemaker/http/signed.ts';
import { selfSigned } from '../../filemaker/http/self-signed.ts';
import { account } from '../support/office.ts';
import { contacts, hq, value, type Wrong } from './cases.ts';

export const serverCases: readonly Wrong[] = [
  {
    name: 'a port that nobody listens at',
    spoil: async (desk) => desk.configure([...hq, 'url'], `http://127.0.0.1:${desk.closedPort}`),
    code: 3,
    place: /server "hq" at http:\/\/127\.0\.0\.1:\d+ did not answer/,
    remedy: 'check the address',
  },
  {
    name: 'a name that nobody knows',
    spoil: value([...hq, 'url'], 'https://fm-hq.invalid'),
    code: 3,
    place: 'server "hq" at https://fm-hq.invalid did not answer',
    remedy: 'check the address',
  },
  {
    name: 'a web server that is no FileMaker Server',
    spoil: (desk) => desk.configure([...hq, 'url'], `http://127.0.0.1:${desk.web.port}`),
    code: 3,
    place: 'server "hq" at http://127.0.0.1',
    remedy: 'enable the Data API in the Admin Console',
  },
  {
    name: 'https at a port that speaks http',
    spoil: (desk) => desk.configure([...hq, 'url'], desk.hq.url.replace('http:', 'https:')),
    code: 3,
    place: 'server "hq" at https://127.0.0.1',
    remedy: 'check the port of the address',
  },
  {
    name: 'http at a port that speaks https',
    spoil: (desk) => desk.configure([...hq, 'url'], desk.strange.url.replace('https:', 'http:')),
    code: 3,
    place: 'server "hq" at http://127.0.0.1',
    remedy: 'check the address',
  },
  {
    name: 'a certificate that nobody vouches for',
    spoil: (desk) => desk.configure([...hq, 'url'], desk.strange.url),
    code: 3,
    place: 'the certificate of server "hq" at https://127.0.0.1',
    remedy: 'name its authority as `caFile` of this server in the configuration',
  },
  {
    name: 'a certificate for another name',
    spoil: async (desk) => {
      await desk.write('office.pem', selfSigned.cert);
      await desk.configureServer({
        url: desk.strange.url.replace('127.0.0.1', 'localhost'),
        caFile: 'office.pem',
      });
    },
    code: 3,
    place: 'the certificate of server "hq" at https://localhost',
    remedy: 'write the address with the name that it was made for',
  },
  {
    name: 'a certificate that has expired',
    spoil: async (desk) => {
      await desk.write('office.pem', signed.root);
      await desk.configureServer({ url: desk.ended.url, caFile: 'office.pem' });
    },
    code: 3,
    place: 'the certificate of server "hq" at https://127.0.0.1',
    remedy: 'it has expired: install a new one on the server',
  },
  {
    name: 'an account that is not set',
    spoil: () => void delete process.env['SERVERSYNC_HQ_PASSWORD'],
    place: 'SERVERSYNC_HQ_PASSWORD',
    remedy: 'or store the account: serversync accounts set hq',
  },
  {
    name: 'an account that is empty',
    spoil: () => void (process.env['SERVERSYNC_HQ_PASSWORD'] = ''),
    place: 'SERVERSYNC_HQ_PASSWORD',
    remedy: 'Set it to the password',
  },
  {
    name: 'an account name with a colon',
    spoil: () => void (process.env['SERVERSYNC_HQ_USERNAME'] = 'office:sync'),
    place: 'SERVERSYNC_HQ_USERNAME',
    remedy: 'a name of plain letters, digits and signs',
  },
  {
    name: 'a wrong password',
    spoil: () => void (process.env['SERVERSYNC_HQ_PASSWORD'] = 'open-sesame-4713'),
    code: 3,
    place: 'server "hq" answered 212',
    remedy: 'the account name or password is wrong',
  },
  {
    name: 'an account without fmrest',
    spoil: ({ barred }) => {
      process.env['SERVERSYNC_HQ_USERNAME'] = barred.name;
      process.env['SERVERSYNC_HQ_PASSWORD'] = barred.password;
    },
    code: 3,
    place: 'server "hq"',
    remedy: 'fmrest',
  },
  {
    name: 'accounts in a file that is no file of accounts',
    spoil: (desk) => desk.write('accounts.json', account.password, 0o600),
    line: 'run --once --accounts accounts.json',
    place: 'accounts.json',
    remedy: 'serversync accounts set',
  },
  {
    name: 'accounts in a file that others may read',
    spoil: (desk) => desk.write('accounts.json', '{}', 0o644),
    line: 'run --once --accounts accounts.json',
    place: 'accounts.json',
    remedy: 'chmod 600',
  },
  {
    name: 'another file',
    spoil: value([...hq, 'database'], 'Mian'),
    code: 3,
    place: 'database "Mian" on server "hq" answered 802',
    remedy: 'check its name',
  },
  {
    name: 'a file with its extension',
    spoil: value([...hq, 'database'], 'Main.fmp12'),
    code: 3,
    place: 'database "Main.fmp12" on server "hq" answered 802',
    remedy: 'without .fmp12',
  },
  {
    name: 'another layout',
    spoil: value([...contacts, 'servers', 'hq', 'layout'], 'Contacts_Snyc'),
    place: 'tables.contacts.servers.hq.layout is "Contacts_Snyc"',
    remedy: 'correct the name',
  },
  {
    name: 'a field that is on no layout',
    spoil: value([...contacts, 'fields'], ['nmae']),
    place: 'tables.contacts.fields[0] is "nmae"',
    remedy: 'Did you mean name?',
  },
  {
    name: 'a calculation among the fields',
    spoil: value([...contacts, 'fields'], ['name', 'label']),
    place: 'tables.contacts.fields[1] is "label"',
    remedy: 'Take it out',
  },
  {
    name: 'a key that is on no layout',
    spoil: value([...contacts, 'key'], 'uuid'),
    place: 'tables.contacts.key is "uuid"',
    remedy: 'Put it on the layout, or correct the name',
  },
  {
    name: 'a stamp that is no timestamp',
    spoil: value([...contacts, 'modified'], 'label'),
    place: 'tables.contacts.modified is "label"',
    remedy: 'Use a field that auto-enters',
  },
  {
    name: 'a key that is a timestamp',
    spoil: value([...contacts, 'key'], 'seen'),
    place: 'tables.contacts.key is "seen"',
    remedy: 'Use the primary-key field',
  },
];
