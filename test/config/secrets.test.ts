import { expect, test } from 'vitest';
import { credentialsFromEnvironment } from '../../src/config/credentials.ts';
import { parseConfiguration } from '../../src/config/load.ts';
import { errorOf, example, exampleWith } from './examples.ts';

const secret = 'hunter2';

const texts: readonly (readonly [name: string, text: string])[] = [
  ['in an address', exampleWith([['servers', 'hq', 'url'], `https://admin:${secret}@fm-hq.example.com`])],
  [
    'in an address with a path',
    exampleWith([['servers', 'hq', 'url'], `https://admin:${secret}@fm.example.com/x`]),
  ],
  ['in an address that is none', exampleWith([['servers', 'hq', 'url'], `https//admin:${secret}@fm-hq`])],
  ['in an address of another scheme', exampleWith([['servers', 'hq', 'url'], `ftp://admin:${secret}@fm-hq`])],
  ['in a query', exampleWith([['servers', 'hq', 'url'], `https://fm.example.com?token=${secret}`])],
  ['as a password', exampleWith([['servers', 'hq', 'password'], secret])],
  ['as credentials of the file', exampleWith([['credentials'], { password: secret }])],
  ['as a server', exampleWith([['servers', 'hq'], `https://admin:${secret}@fm-hq.example.com`])],
  ['as a name of a server', exampleWith([['servers', `admin:${secret}@fm-hq`], {}])],
  ['in a line that is no YAML', example.replace('sessions: 8', `password: ${secret}: x`)],
  ['in a line with a tab', example.replace('    sessions: 8', `\tpassword: ${secret}`)],
  ['as an alias', example.replace('sessions: 8', `password: *${secret}`)],
  ['after a quote', example.replace('sessions: 8', `password: "x" ${secret}`)],
  ['with a sign that starts no text', example.replace('sessions: 8', `password: @${secret}`)],
];

test.each(texts)('R9: a credential %s is in no message', (_, text) => {
  const error = errorOf(() => parseConfiguration(text, 'serversync.yaml'));
  expect(error.message).not.toContain(secret);
  expect(JSON.stringify(error.problems)).not.toContain(secret);
});

test('credentials in the file are answered with the variables to set', () => {
  const text = exampleWith([['servers', 'hq', 'password'], secret]);
  const { message } = errorOf(() => parseConfiguration(text, 'serversync.yaml'));
  expect(message).toContain('credentials are never in this file');
  expect(message).toContain('set SERVERSYNC_HQ_USERNAME and SERVERSYNC_HQ_PASSWORD in the environment');
});

test('each server has its own variables, other characters than letters and digits as _', () => {
  const credentials = credentialsFromEnvironment(['hq', 'branch-2'], {
    SERVERSYNC_HQ_USERNAME: 'sync',
    SERVERSYNC_HQ_PASSWORD: 'a:ü ',
    SERVERSYNC_BRANCH_2_USERNAME: 'sync two',
    SERVERSYNC_BRANCH_2_PASSWORD: 'b',
  });
  expect([...credentials]).toEqual([
    ['hq', { username: 'sync', password: 'a:ü ' }],
    ['branch-2', { username: 'sync two', password: 'b' }],
  ]);
});

test('every variable that is missing is named at once', () => {
  const environment = { SERVERSYNC_HQ_USERNAME: 'sync', SERVERSYNC_HQ_PASSWORD: '' };
  const { problems } = errorOf(() => credentialsFromEnvironment(['hq', 'branch'], environment));
  expect(problems.map(({ place, message }) => `${place}: ${message}`)).toEqual([
    'SERVERSYNC_HQ_PASSWORD: not set',
    'SERVERSYNC_BRANCH_USERNAME: not set',
    'SERVERSYNC_BRANCH_PASSWORD: not set',
  ]);
});

test('two servers with the same variables are refused', () => {
  const names = ['hq-1', 'HQ_1'];
  const environment = { SERVERSYNC_HQ_1_USERNAME: 'sync', SERVERSYNC_HQ_1_PASSWORD: secret };
  const { problems } = errorOf(() => credentialsFromEnvironment(names, environment));
  expect(problems).toMatchObject([
    { place: 'SERVERSYNC_HQ_1_USERNAME', message: 'the variable of more than one server: hq-1, HQ_1' },
  ]);
});

test.each([
  ['a colon', `sync:${secret}`, 'a colon in the account name (not shown here)'],
  ['a letter beyond ASCII', `sünc${secret}`, 'a letter beyond ASCII in the account name (not shown here)'],
])('R9: an account name with %s is refused and not shown', (_, username, message) => {
  const environment = { SERVERSYNC_HQ_USERNAME: username, SERVERSYNC_HQ_PASSWORD: secret };
  const error = errorOf(() => credentialsFromEnvironment(['hq'], environment));
  expect(error.problems).toMatchObject([{ place: 'SERVERSYNC_HQ_USERNAME', message }]);
  expect(error.message).not.toContain(secret);
});
