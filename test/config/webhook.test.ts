/** `wake` of a server and `webhook` of the file. */
import { expect, test } from 'vitest';
import { parseConfiguration } from '../../src/config/load.ts';
import { exampleWith, problemsOf } from './examples.ts';

const woken = (webhook?: unknown): string =>
  exampleWith(
    [['servers', 'hq', 'wake'], 'webhook'],
    ...(webhook === undefined ? [] : [[['webhook'], webhook] as const]),
  );

test('a server is read by the schedule alone unless it says otherwise', () => {
  const { servers, webhook } = parseConfiguration(exampleWith(), 'serversync.yaml');
  expect(servers.map((server) => server.wake)).toEqual(servers.map(() => 'schedule'));
  expect(webhook).toBeUndefined();
});

test.each([
  [{ listen: '192.168.1.5:8766' }, { host: '192.168.1.5', port: 8766 }, 'http://192.168.1.5:8766'],
  [{ listen: '[2001:db8::5]:8766' }, { host: '2001:db8::5', port: 8766 }, 'http://[2001:db8::5]:8766'],
  [
    { listen: '127.0.0.1:8766', url: 'https://sync.example.com' },
    { host: '127.0.0.1', port: 8766 },
    'https://sync.example.com',
  ],
  [
    { listen: '0.0.0.0:8766', url: 'https://sync.example.com/fm/' },
    { host: '0.0.0.0', port: 8766 },
    'https://sync.example.com/fm',
  ],
])('%j is an address to listen at and one to be called by', (entry, listen, url) => {
  const { servers, webhook } = parseConfiguration(woken(entry), 'serversync.yaml');
  expect(servers[0]?.wake).toBe('webhook');
  expect(webhook).toEqual({ listen, url });
});

test.each([
  ['no port', { listen: '192.168.1.5' }, 'webhook.listen', 'not an address of this machine with a port'],
  [
    'a port that is none',
    { listen: '192.168.1.5:99999' },
    'webhook.listen',
    'not an address of this machine',
  ],
  [
    'an address of the web',
    { listen: 'http://192.168.1.5:8766' },
    'webhook.listen',
    'not an address of this',
  ],
  [
    'each address and no url',
    { listen: '0.0.0.0:8766' },
    'webhook.url',
    'missing: 0.0.0.0:8766 is each address',
  ],
  ['no address', { listen: '127.0.0.1:8766', url: 'sync.example.com' }, 'webhook.url', 'could call'],
  ['a query', { listen: '127.0.0.1:8766', url: 'https://a.example/?x=1' }, 'webhook.url', 'more than scheme'],
  ['this machine alone', { listen: '127.0.0.1:8766' }, 'webhook.listen', 'server hq is another one'],
  ['its name', { listen: 'localhost:8766' }, 'webhook.listen', 'reached from this machine alone'],
  ['its address of version 6', { listen: '[::1]:8766' }, 'webhook.listen', 'reached from this machine alone'],
  [
    'this machine as what is called',
    { listen: '0.0.0.0:8766', url: 'http://127.0.0.1:8766' },
    'webhook.url',
    'reached from this machine alone',
  ],
  ['nothing', {}, 'webhook.listen', 'missing'],
])('%s is a mistake', (_name, entry, place, message) => {
  const problems = problemsOf(woken(entry));
  expect(problems.map((problem) => problem.place)).toEqual([place]);
  expect(problems[0]?.message).toContain(message);
});

test('this machine alone is right where every server that calls is on it', () => {
  const here = exampleWith(
    [['servers', 'hq', 'wake'], 'webhook'],
    [['servers', 'hq', 'url'], 'http://127.0.0.1:5003'],
    [['webhook'], { listen: '127.0.0.1:8766' }],
  );
  expect(parseConfiguration(here, 'serversync.yaml').webhook?.url).toBe('http://127.0.0.1:8766');
});

test('a secret in the address is not shown', () => {
  const [problem] = problemsOf(woken({ listen: '127.0.0.1:8766', url: 'https://me:hidden-word@a.example' }));
  expect(problem?.code).toBe('config-credentials');
  expect(JSON.stringify(problem)).not.toContain('hidden-word');
});

test('an address to be called by is a mistake where no server calls', () => {
  const [problem] = problemsOf(exampleWith([['webhook'], { listen: '127.0.0.1:8766' }]));
  expect(problem).toMatchObject({ place: 'webhook', code: 'config-no-effect' });
});
