import { expect, test } from 'vitest';
import { assertDeployable } from '../../src/config/aws-checks.ts';
import { concurrencyOf } from '../../src/config/aws-parts.ts';
import { parseConfiguration } from '../../src/config/load.ts';
import type { Path } from '../../src/config/problem.ts';
import { type Change, errorOf, exampleWith } from './examples.ts';

const configurationWith = (...changes: readonly Change[]) =>
  parseConfiguration(exampleWith(...changes), 'serversync.yaml');

const problemsWith = (changes: readonly Change[], stack = 'ServerSync') =>
  errorOf(() => assertDeployable(configurationWith(...changes), { stack })).problems;

const hq = (name: string): Path => ['servers', 'hq', name];
const role = (server: string): Path => ['tables', 'contacts', 'servers', server, 'role'];
const vpc = { id: 'vpc-0abc1234', subnets: ['subnet-0abc1234'] };

type Case = {
  readonly name: string;
  readonly changes: readonly Change[];
  readonly place: string;
  readonly message: string;
  readonly remedy: string;
};

const cases: readonly Case[] = [
  {
    name: 'a server that sends and receives with too few sessions',
    changes: [[hq('sessions'), 3]],
    place: 'servers.hq.sessions',
    message:
      'fewer than the 4 functions that may be at work there at once on AWS: 2 that write, one that reads and one that sweeps',
    remedy: 'Write 4 or more',
  },
  {
    name: 'a server that only receives with too few sessions',
    changes: [
      [hq('sessions'), 3],
      [role('hq'), 'receive'],
    ],
    place: 'servers.hq.sessions',
    message: 'fewer than the 4 functions',
    remedy: 'Write 4 or more',
  },
  {
    name: 'a server that only sends with one session, which whoever sweeps it may have for long',
    changes: [
      [hq('sessions'), 1],
      [role('hq'), 'send'],
    ],
    place: 'servers.hq.sessions',
    message:
      'fewer than the 2 functions that may be at work there at once on AWS: one that reads and one that sweeps',
    remedy: 'Write 2 or more',
  },
  {
    name: 'two servers in an account that may have 8 functions at work',
    changes: [[['aws', 'concurrency'], 8]],
    place: 'servers',
    message: '2 servers keep 9 functions at work at once, and the account may have 8',
    remedy: 'Ask AWS for more (Service Quotas',
  },
  {
    name: 'a server on this machine',
    changes: [[hq('url'), 'http://localhost:8081']],
    place: 'servers.hq.url',
    message: 'an address of this machine, which a function on AWS cannot reach',
    remedy: 'Write the address under which the server is reached from AWS',
  },
  ...[
    'https://192.168.1.5',
    'https://10.0.0.5',
    'https://172.20.1.1',
    'https://100.64.0.1',
    'https://100.127.255.254',
    'https://[fd00::5]',
    'https://[fe80::5]',
    'https://fm.local',
    'https://fm.lan',
    'https://fm.office.internal',
    'https://fm.home.arpa',
    'https://FileMaker',
  ].map((url) => ({
    name: `${url} without a VPC`,
    changes: [[hq('url'), url]] as const,
    place: 'servers.hq.url',
    message: 'an address within a private network, which a function on AWS reaches only from a VPC',
    remedy: 'Name a VPC that is connected with that network, as aws.vpc',
  })),
  ...['/etc/ca.pem', '../ca.pem', 'a/../../ca.pem', 'C:\\ca.pem'].map((file) => ({
    name: `a certificate authority at ${file}`,
    changes: [[hq('caFile'), file]] as const,
    place: 'servers.hq.caFile',
    message: 'not below the folder of the configuration',
    remedy: 'Put the file beside the configuration or in a folder there',
  })),
  {
    name: 'a certificate authority in a folder of Windows',
    changes: [[hq('caFile'), 'ca\\hq.pem']],
    place: 'servers.hq.caFile',
    message: 'a path with \\',
    remedy: 'Write / instead',
  },
  {
    name: 'a certificate authority in the place of the code',
    changes: [[hq('caFile'), './index.mjs']],
    place: 'servers.hq.caFile',
    message: 'a name that the functions on AWS have for a file of their own',
    remedy: 'Give the file another name',
  },
  ...['30 seconds', '90 seconds'].map((interval) => ({
    name: `reading every ${interval}`,
    changes: [[['schedule', 'enumerate'], interval]] as const,
    place: 'schedule.enumerate',
    message: 'not a whole number of minutes',
    remedy: 'Write whole minutes, at least "1 minute"',
  })),
];

test.each(cases)('$name cannot be deployed', ({ changes, place, message, remedy }) => {
  const problems = problemsWith(changes);
  expect(problems.map((problem) => problem.place)).toEqual([place]);
  expect(problems[0]?.message).toContain(message);
  expect(problems[0]?.remedy).toContain(remedy);
});

test.each<readonly [string, readonly Change[]]>([
  ['the example', []],
  [
    'a server that only sends, with two sessions, and one that receives with four',
    [
      [['servers', 'branch', 'sessions'], 4],
      [hq('sessions'), 2],
      [role('hq'), 'send'],
    ],
  ],
  ['an account that may have as many functions at work as are needed', [[['aws', 'concurrency'], 9]]],
  [
    'a private address with a VPC',
    [
      [hq('url'), 'https://10.0.0.5'],
      [['aws'], { vpc }],
    ],
  ],
  ...[
    'https://100.63.0.1',
    'https://100.128.0.1',
    'https://172.32.0.1',
    'https://[2001:db8::5]',
    'https://lan.example.com',
    'https://fm.atlan',
  ].map((url): readonly [string, readonly Change[]] => [`a server at ${url}`, [[hq('url'), url]]]),
  ['a certificate authority in a folder', [[hq('caFile'), 'ca/hq.pem']]],
  ['reading every two hours', [[['schedule', 'enumerate'], '2 hours']]],
])('%s can be deployed', (_, changes) => {
  expect(() => assertDeployable(configurationWith(...changes), { stack: 'ServerSync' })).not.toThrow();
});

test('a server on this machine can be deployed to an AWS on this machine', () => {
  const configuration = configurationWith([hq('url'), 'http://127.0.0.1:8081']);
  expect(() => assertDeployable(configuration, { stack: 'Test', onThisMachine: true })).not.toThrow();
});

test.each(['', '1st', 'Server_Sync', 'Server Sync', 'a'.repeat(65)])(
  'a stack called "%s" is refused, with what its name may be',
  (stack) => {
    const problem = problemsWith([], stack).find(
      ({ place }) => place === 'the name of the stack (-c stack=NAME)',
    );
    expect(problem?.remedy).toContain('Write a letter, then letters, digits and -');
  },
);

test('a queue whose name AWS would refuse is named, with its length', () => {
  const problems = problemsWith([], 'a'.repeat(64));
  expect(problems.map(({ place }) => place)).toEqual(['servers.branch']);
  expect(problems[0]?.message).toContain('has a name of 82 letters, and AWS takes 80');
});

test('two servers whose queues would have one name are refused', () => {
  const link = { layout: 'C' };
  const server = { url: 'https://c.example.com', database: 'Main', timeZone: 'UTC' };
  const problems = problemsWith([
    [['servers', 'hq-unreadable'], server],
    [['tables', 'contacts', 'servers', 'hq-unreadable'], link],
  ]);
  expect(problems.map(({ place }) => place)).toEqual(['servers.hq']);
  expect(problems[0]?.message).toContain('and so is the queue of server hq-unreadable');
});

test('everything that stands against a deployment comes at once', () => {
  const problems = problemsWith(
    [
      [hq('sessions'), 1],
      [['schedule', 'enumerate'], '1 second'],
    ],
    '?',
  );
  expect(problems.map(({ place }) => place)).toEqual([
    'servers.hq.sessions',
    'schedule.enumerate',
    'the name of the stack (-c stack=NAME)',
  ]);
});

test('each server that receives counts for two writers, a reader and a sweeper, and one function measures', () => {
  expect(concurrencyOf(configurationWith())).toBe(9);
});
